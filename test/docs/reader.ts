/** A machine of its own for whoever follows a document: home, search path, tmux server and daemon are private. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../support/folder.ts';
import { rowsOf, writeLegacyFile } from '../support/legacy-database.ts';
import { PACKAGE } from './documents.ts';

/** What a document may call; each is the built program, and the agent is a stand-in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  orqctl: 'dist/client/orqctl/main.js',
  'orq-daemon': 'dist/daemon/main.js',
  claude: 'dist/test/docs/stand-in-agent.js',
};

export interface Ran {
  readonly exit: number | null;
  readonly output: string;
}

export interface Reader extends AsyncDisposable {
  readonly home: string;
  readonly socket: string;
  readonly database: string;
  /** Runs a block to its end, in the home. */
  run(script: string): Promise<Ran>;
  /** Runs a command that goes on; resolves with what it printed when that includes `ready`. */
  runOn(command: string, folder: string, ready: string): Promise<string>;
}

export function openReader(): Reader {
  const folder = testFolder();
  const [home, bin, run] = ['home', 'bin', 'run'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [home, bin, run, join(home, 'site')]) mkdirSync(path, { mode: 0o700 });
  for (const [name, file] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${join(PACKAGE, file)}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  mkdirSync(join(home, 'old'));
  writeLegacyFile(join(home, 'old', 'task_queue.db'), 'v3', rowsOf('shop'));
  const { PATH = '', ORQ_TEST_RUN = '' } = process.env;
  const env = {
    PATH: `${bin}:${PATH}`,
    HOME: home,
    TMPDIR: run,
    XDG_RUNTIME_DIR: run,
    TMUX_TMPDIR: run,
    ORQ_TEST_RUN,
  };
  const running: ChildProcess[] = [];

  async function runScript(script: string): Promise<Ran> {
    const child = spawn('sh', ['-eu', '-c', script], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => (output += piece));
    await once(child, 'close');
    return { exit: child.exitCode, output };
  }

  return {
    home,
    socket: join(run, 'orq/orq.sock'),
    database: join(home, '.local/state/orq/orq.db'),
    run: runScript,
    runOn: async (command, cwd, ready) => {
      const child = spawn('sh', ['-c', `exec ${command}`], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
      running.push(child);
      let output = '';
      for await (const piece of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
        output += piece;
        if (output.includes(ready)) return output;
      }
      throw new Error(`${command} ended and printed: ${output}`);
    },
    [Symbol.asyncDispose]: async () => {
      await runScript('tmux kill-server 2>&1 || true');
      for (const child of running.filter(({ exitCode }) => exitCode === null)) {
        const closed = once(child, 'close');
        child.kill();
        await closed;
      }
      folder[Symbol.dispose]();
    },
  };
}
