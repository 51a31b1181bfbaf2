/** Verbs that are refused in the reference: they throw, and leave no trace. */
import { OrqError } from '../../../src/protocol/errors.ts';
import type { Mail, Queue } from './reference-state.ts';

/** Runs a verb; a refusal leaves no trace and is answered by its code. */
export function attempt<T>(queue: Queue, verb: () => T): { value: T } | { refused: string } {
  const { mail, lives, buckets } = queue;
  const before = structuredClone({ mail, lives, buckets });
  try {
    return { value: verb() };
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    Object.assign(queue, before);
    return { refused: error.code };
  }
}

export function refuse(
  code: 'key_conflict' | 'not_found' | 'bad_request' | 'wrong_state' | 'lease_lost',
): never {
  throw new OrqError(code, 'the reference refuses');
}

export function mailOf(queue: Queue, id: number): Mail {
  return queue.mail.find((mail) => mail.id === id) ?? refuse('not_found');
}
