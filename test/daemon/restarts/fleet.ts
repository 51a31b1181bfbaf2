/** A daemon that starts agents again, and a tmux server in which stand-ins for Claude Code live. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';
import type { Life } from './stand-in-claude.ts';

const STAND_IN = fileURLToPath(new URL('./stand-in-claude.js', import.meta.url));

export interface Worker {
  readonly agent: string;
  readonly pane: string;
  lives(): Life[];
  /** The first line of what each life was told at its start. */
  told(): string[];
  /** Numbers of the texts that it was given. */
  heard(): number[];
  /** Makes a file that changes what it does. */
  let(behaviour: 'crash' | 'no-resume' | 'mute' | 'stuck' | 'drawing'): void;
  /** Resolves with the life that is bound now, when it is the `count`th. */
  alive(count: number): Promise<Life>;
}

export interface Fleet extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly tmux: PrivateTmux;
  readonly folder: string;
  /** Starts a worker in a window of its own: as its program, or typed into a shell there. */
  start(name: string, how?: 'program' | 'shell', where?: PrivateTmux): Promise<Worker>;
  /** An agent that somebody else started there. */
  in(home: string, agent: string): Worker;
  outcomes(agent: string): Promise<string[]>;
}

export async function openFleet(env: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const folder = testFolder();
  const tmux = startTmux(folder.path);
  const daemon = await startDaemon({
    folder: folder.path,
    env: {
      ORQ_AUTO_RESTART: 'on',
      ORQ_RESTART_LIMIT: '100',
      ORQ_RESTART_BACKOFF_MS: '1',
      ORQ_START_STAGGER_MS: '100',
      ORQ_SWEEP_MS: '100',
      ...env,
    },
  });
  const client = createClient({ socket: daemon.socket });
  const program = join(folder.path, 'claude');
  writeFileSync(program, `#!${process.execPath}\nimport(${JSON.stringify(STAND_IN)});\n`);
  chmodSync(program, 0o755);

  return {
    daemon,
    client,
    tmux,
    folder: folder.path,
    start: async (name, how = 'program', server = tmux) => {
      const home = join(folder.path, name);
      mkdirSync(home);
      const line = [
        'env',
        `ORQ_SOCKET=${daemon.socket}`,
        'SECRET_KEY=k',
        `PATH=${folder.path}:${process.env['PATH'] ?? ''}`,
        program,
        '--verbose',
        'first prompt',
      ];
      const where = ['-d', '-P', '-F', '#{pane_id}', '-n', name, '-c', home];
      const words = how === 'program' ? line : ['sh'];
      const pane = server.run('new-window', ...where, ...words);
      if (how === 'shell')
        server.run('send-keys', '-t', pane, line.join(' ').replace('first prompt', 'prompt'), 'Enter');
      const agent = `${server.run('display-message', '-p', '-t', pane, '#{session_name}')}:${name}`;
      const worker = { ...workerIn(home, agent), pane };
      await worker.alive(1);
      return worker;
    },
    in: workerIn,
    outcomes: async (agent) =>
      (await client.restarts({ agent })).restarts.map(({ cause, outcome }) => `${cause} ${outcome}`),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      tmux.kill();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function workerIn(home: string, agent: string): Worker {
  const read = (file: string): string[] =>
    existsSync(join(home, file)) ? readFileSync(join(home, file), 'utf8').split('\n').filter(Boolean) : [];
  const lives = (): Life[] => read('lives').map((line_) => JSON.parse(line_) as Life);
  return {
    agent,
    pane: '',
    lives,
    told: () => read('told'),
    heard: () => read('heard').map(Number),
    let: (behaviour) => writeFileSync(join(home, behaviour), ''),
    alive: (count) =>
      until(() => {
        const life = lives()[count - 1];
        return life && read('ready').includes(String(life.pid)) ? life : undefined;
      }),
  };
}
