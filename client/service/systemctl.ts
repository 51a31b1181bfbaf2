/** Asks systemd, the user's own or the machine's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Scope } from './scope.ts';

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs systemctl for a scope and tells how it ended. @throws OrqError wrong_state where systemctl is missing. */
export async function ask(scope: Pick<Scope, 'kind'>, words: readonly string[]): Promise<Answer> {
  const child = spawn('systemctl', [`--${scope.kind}`, '--no-ask-password', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code: child.exitCode, stdout, stderr };
  } catch (error) {
    throw new OrqError('wrong_state', 'systemctl is not on this machine', {
      cause: error,
      details: { systemd: false },
    });
  }
}

/** Runs systemctl, which must succeed. @throws OrqError wrong_state with what it said. */
export async function order(scope: Pick<Scope, 'kind'>, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await ask(scope, words);
  if (code === 0) return;
  const [said = ''] = stderr.trim().split('\n');
  throw new OrqError('wrong_state', `systemctl --${scope.kind} ${words.join(' ')}: ${said}`, {
    details: { systemd: true, scope: scope.kind },
  });
}

/** Properties of a unit (systemctl show), by name. */
export async function propertiesOf(
  scope: Pick<Scope, 'kind'>,
  unit: string,
  ...names: readonly string[]
): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await ask(scope, ['show', unit, `--property=${names.join(',')}`]);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
