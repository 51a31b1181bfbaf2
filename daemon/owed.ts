/**
 * What became of an answer or of keys, until the storage takes it: a lease whose end nobody wrote would keep its message from everybody until
 * the session ends or the daemon starts again.
 */
import { ERRORS, OrqError } from '../src/protocol/errors.ts';
import type { Log } from './logger.ts';

export interface Owed {
  /** Writes `outcome`, which may be written twice. Rejects where that fails; where the storage may take it later `catchUp` writes it again. */
  write(outcome: () => Promise<void>): Promise<void>;
  catchUp(): Promise<void>;
}

export function openOwed({ log }: { readonly log: Log }): Owed {
  const owed = new Set<() => Promise<void>>();

  async function write(outcome: () => Promise<void>): Promise<void> {
    try {
      await outcome();
      owed.delete(outcome);
    } catch (error) {
      if (mayPass(error)) owed.add(outcome);
      else owed.delete(outcome);
      throw error;
    }
  }

  return {
    write,
    catchUp: async () => {
      const late = (error: unknown): void =>
        log.error({ event: 'sweep_failed', err: error }, 'what is owed could not be written');
      await Promise.all([...owed].map((outcome) => write(outcome).catch(late)));
    },
  };
}

function mayPass(error: unknown): boolean {
  return error instanceof OrqError && ERRORS[error.code].retry;
}
