/** One daemon and a client of it, and a tmux server where one is wanted, for all tests of a suite: there before the first, gone after the last. */
import { after, before } from 'node:test';
import { createClient, type Client } from '../../client/index.ts';
import { startTmux, type PrivateTmux } from '../daemon/tmux/private-tmux.ts';
import { startDaemon, type RunningDaemon } from './daemon.ts';
import { testFolder, type TestFolder } from './folder.ts';

export interface SuiteDaemon {
  readonly folder: TestFolder;
  /** In tests and their hooks only. */
  readonly daemon: RunningDaemon;
  readonly client: Client;
  /** @throws where the suite asked for none. */
  readonly tmux: PrivateTmux;
}

/** Called in the body of a `describe`. `env`: settings of the daemon. `withTmux`: a server in the same folder, which outlives the daemon. */
export function suiteDaemon({
  env = {},
  inMemory = false,
  withTmux = false,
}: {
  env?: Readonly<Record<string, string>>;
  inMemory?: boolean;
  withTmux?: boolean;
} = {}): SuiteDaemon {
  const folder = testFolder({ inMemory });
  let started: { daemon: RunningDaemon; client: Client } | undefined;
  let tmux: PrivateTmux | undefined;
  const running = () => {
    if (!started) throw new Error('the daemon of a suite runs in its tests only');
    return started;
  };
  before(async () => {
    if (withTmux) tmux = startTmux(folder.path);
    const daemon = await startDaemon({ folder: folder.path, env });
    started = { daemon, client: createClient({ socket: daemon.socket }) };
  });
  after(async () => {
    await started?.client.close();
    await started?.daemon[Symbol.asyncDispose]();
    tmux?.kill();
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
    get tmux() {
      if (!tmux) throw new Error('this suite has no tmux server, or runs no test just now');
      return tmux;
    },
  };
}
