/** Runs the user's command: a program, not a shell's line, with the alert on its standard input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** For mail, a chat, a sound; milliseconds. */
const PATIENCE_MS = 10_000;

/** Resolves when the program has ended well. @throws Error where it could not be started, failed, or took too long. */
export async function runAlertCommand(
  program: string,
  alert: { readonly kind: string },
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(program, [alert.kind], {
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  // One that could not be started for want of descriptors has no standard input, and says why when it is waited for.
  const stdin = child.stdin as typeof child.stdin | undefined;
  // A program that does not read is none of ours.
  stdin?.on('error', () => undefined);
  stdin?.end(`${JSON.stringify(alert)}\n`);
  const [code, ended] = await closed;
  if (code !== 0) throw new Error(`${program} ended with ${code ?? ended ?? 'nothing'}`);
}
