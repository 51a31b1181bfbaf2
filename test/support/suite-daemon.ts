/** One daemon and a client of it for all tests of a suite: there before the first, gone after the last. */
import { after, before } from 'node:test';
import { createClient, type Client } from '../../client/index.ts';
import { startDaemon, type RunningDaemon } from './daemon.ts';
import { testFolder, type TestFolder } from './folder.ts';

export interface SuiteDaemon {
  readonly folder: TestFolder;
  /** In tests and their hooks only. */
  readonly daemon: RunningDaemon;
  readonly client: Client;
}

/** Called in the body of a `describe`. `env`: settings of the daemon. */
export function suiteDaemon({
  env = {},
  inMemory = false,
}: { env?: Readonly<Record<string, string>>; inMemory?: boolean } = {}): SuiteDaemon {
  const folder = testFolder({ inMemory });
  let started: { daemon: RunningDaemon; client: Client } | undefined;
  const running = () => {
    if (!started) throw new Error('the daemon of a suite runs in its tests only');
    return started;
  };
  before(async () => {
    const daemon = await startDaemon({ folder: folder.path, env });
    started = { daemon, client: createClient({ socket: daemon.socket }) };
  });
  after(async () => {
    await started?.client.close();
    await started?.daemon[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  return {
    folder,
    get daemon() {
      return running().daemon;
    },
    get client() {
      return running().client;
    },
  };
}
