/** Follows the settings file while the daemon runs, and reads it anew at a hangup (SIGHUP): each change is logged, a wrong file is refused as a whole. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { OrqError } from '../src/protocol/errors.ts';
import type { Log } from './logger.ts';
import type { Settings } from './settings.ts';
import { watchFolder } from './watch.ts';

/** An editor writes a file in several steps: it is read when this long nothing came; milliseconds. */
const QUIET_MS = 50;

export interface Followers {
  /** Some values are others now. */
  readonly onChange: () => void;
  /** After the settings were read. */
  readonly onHangup: () => void;
}

/** Follows until the scope ends. */
export async function followSettings(
  settings: Settings,
  log: Log,
  { onChange, onHangup }: Followers,
): Promise<AsyncDisposable> {
  let timer: NodeJS.Timeout | undefined;
  const read = (): void => {
    if (reread(settings, log)) onChange();
  };
  const readSoon = (path: string): void => {
    if (basename(path) !== basename(settings.file)) return;
    clearTimeout(timer);
    timer = setTimeout(read, QUIET_MS);
  };
  const hangup = (): void => {
    read();
    onHangup();
  };
  const folder = dirname(settings.file);
  const unwatched = (error: unknown): void =>
    log.warn({ event: 'settings_unwatched', err: error }, 'the settings file is read at a hangup only');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    unwatched(error);
  }
  const watching = await watchFolder(folder, {
    onCome: readSoon,
    onChange: readSoon,
    onError: unwatched,
  });
  process.on('SIGHUP', hangup);
  return {
    [Symbol.asyncDispose]: async () => {
      process.off('SIGHUP', hangup);
      clearTimeout(timer);
      await watching[Symbol.asyncDispose]();
    },
  };
}

/** True where something changed. */
function reread(settings: Settings, log: Log): boolean {
  try {
    const changes = settings.reload();
    log.level = settings.config.logLevel;
    for (const { key, from, to, effect } of changes)
      log.info({ event: 'setting_changed', setting: key, from, to, effect }, 'setting changed');
    return changes.length > 0;
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    log.error(
      { event: 'settings_refused', reason: error.message },
      'the settings file is refused as a whole: the old values hold',
    );
    return false;
  }
}
