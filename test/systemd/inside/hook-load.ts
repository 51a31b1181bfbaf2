/** Hooks as agents call them: processes, several at once, until they are told to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PACKAGE } from '../../docs/documents.ts';

export interface HookRun {
  readonly code: number | null;
  readonly ms: number;
  readonly output: string;
}

/** One call of orq-hook, as Claude Code makes it. */
export async function callHook(socket: string, session: string): Promise<HookRun> {
  const startedMs = performance.now();
  const hook = spawn(`${PACKAGE}dist/client/hook/orq-hook`, ['UserPromptSubmit', '--socket', socket], {
    env: { PATH: process.env['PATH'], CLAUDE_CODE_ENTRYPOINT: 'cli' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(hook, 'close');
  hook.stdin.on('error', () => undefined);
  hook.stdin.end(
    JSON.stringify({
      hook_event_name: 'UserPromptSubmit',
      session_id: session,
      prompt_id: `${startedMs}`,
      prompt: 'go on',
      cwd: '/',
    }),
  );
  const output = await text(hook.stdout);
  await ended;
  return { code: hook.exitCode, ms: performance.now() - startedMs, output };
}

/** Calls hooks, `width` at once, one after the other, until `end` is called, which resolves with what became of each. */
export function startHooks(socket: string, width: number): { end(): Promise<readonly HookRun[]> } {
  const runs: HookRun[] = [];
  let goesOn = true;
  const lanes = Array.from({ length: width }, async (_, lane) => {
    while (goesOn) runs.push(await callHook(socket, `load-${lane}`));
  });
  return {
    end: async () => {
      goesOn = false;
      await Promise.all(lanes);
      return runs;
    },
  };
}
