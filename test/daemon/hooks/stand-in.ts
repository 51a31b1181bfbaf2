/** A process that lives until the test ends it: what the daemon finds in /proc where a client is said to be. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface StandIn extends AsyncDisposable {
  readonly pid: number;
  kill9(): Promise<void>;
}

export function startStandIn(): StandIn {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const gone = once(child, 'close');
  const kill9 = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return { pid: child.pid ?? 0, kill9, [Symbol.asyncDispose]: kill9 };
}
