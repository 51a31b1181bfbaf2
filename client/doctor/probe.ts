/** Sends one event the way that an agent's hooks go: through the hook client, to the socket. It is of a subagent of nobody, so it costs no turn and is stored nowhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const EVENT = { session_id: 'orq-doctor', agent_id: 'orq-doctor', hook_event_name: 'Notification' };

export interface Probed {
  readonly exit: number | null;
  readonly printed: boolean;
  readonly ms: number;
}

/** Never rejects: a client that cannot be started has no exit code. */
export async function probe(client: string, socket: string): Promise<Probed> {
  const startedMs = performance.now();
  const { PATH = '' } = process.env;
  const env = { PATH, CLAUDE_CODE_ENTRYPOINT: 'orq-doctor' };
  const child = spawn(client, ['Notification', '--socket', socket], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let printed = false;
  child.stdout.on('data', () => (printed = true));
  child.stderr.on('data', () => (printed = true));
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(EVENT));
  const exit = await once(child, 'close').then(
    ([code]: unknown[]) => (typeof code === 'number' ? code : null),
    () => null,
  );
  return { exit, printed, ms: performance.now() - startedMs };
}
