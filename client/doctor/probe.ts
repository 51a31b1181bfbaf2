/** Sends a probe the way that an agent's hooks go: through the hook client, to the socket. It costs no turn and is stored nowhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const EVENT = { session_id: 'orq-doctor', hook_event_name: 'probe' };

/** For whom an event from there would speak. */
export interface Heard {
  readonly agent: string | null;
  readonly by: 'pane' | 'name' | null;
  readonly pane: 'there' | 'none' | 'undecided';
}

export interface Probed {
  /** Null where the client cannot be run. */
  readonly exit: number | null;
  /** Undefined where the daemon did not answer through it. */
  readonly heard: Heard | undefined;
  readonly ms: number;
}

export interface HookWords {
  /** Path of the hook client. */
  readonly command: string;
  readonly socket: string;
  readonly agent: string | null;
}

/** Never rejects. `env`: what the hook would inherit. */
export async function probe(
  { command, socket, agent }: HookWords,
  env: Readonly<Record<string, string>> = {},
): Promise<Probed> {
  const startedMs = performance.now();
  const { PATH = '' } = process.env;
  const words = ['probe', '--socket', socket, ...(agent === null ? [] : ['--agent', agent])];
  const child = spawn(command, words, { env: { PATH, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(EVENT));
  const exit = await once(child, 'close').then(
    ([code]: unknown[]) => (typeof code === 'number' ? code : null),
    () => null,
  );
  return { exit, heard: heardIn(printed), ms: performance.now() - startedMs };
}

function heardIn(printed: string): Heard | undefined {
  try {
    const said = JSON.parse(printed) as Partial<Heard>;
    const { agent = null, by = null, pane } = said;
    return pane === undefined ? undefined : { agent, by, pane };
  } catch {
    return undefined;
  }
}
