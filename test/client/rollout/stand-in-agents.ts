/** Agents of a test: stand-ins for Claude Code that run the hooks of their folder, ended with the scope. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';

const STAND_IN = fileURLToPath(new URL('../../docs/stand-in-agent.js', import.meta.url));

export class StandInAgents implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #running = new Map<string, ChildProcess>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Starts one as soon as its folder has the hooks. */
  async start(agent: string, folder: string): Promise<void> {
    await until(() => hasHooks(folder) || undefined, 60_000);
    const child = spawn(process.execPath, [STAND_IN], {
      cwd: folder,
      env: { ...process.env, ...this.#env, ORQ_AGENT: agent, ORQ_TEST_SESSION: agent },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#running.set(agent, child);
    await once(child, 'spawn');
  }

  async stop(agent: string): Promise<void> {
    const child = this.#running.get(agent);
    this.#running.delete(agent);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const agent of this.#running.keys()) await this.stop(agent);
  }
}

function hasHooks(folder: string): boolean {
  try {
    return readFileSync(join(folder, '.claude/settings.local.json'), 'utf8').includes('/orq/bin/orq-hook');
  } catch {
    return false;
  }
}
