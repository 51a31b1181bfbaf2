/**
 * Stands in for `claude` where a document starts an agent: runs the hooks that the folder's settings name, as Claude Code does (exec form, the event on
 * stdin), and when its waiter rings has one turn whose only act is to end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Handler {
  readonly command: string;
  readonly args: string[];
  readonly async?: boolean;
}

const folder = process.cwd();
const settings = JSON.parse(readFileSync(join(folder, '.claude/settings.local.json'), 'utf8')) as {
  hooks: Record<string, { hooks: Handler[] }[]>;
};

/** Resolves with the exit code and what the hook printed. */
async function runHandler({ command, args }: Handler, event: object): Promise<[number | null, string]> {
  const env = { ...process.env, CLAUDE_CODE_ENTRYPOINT: 'cli', CLAUDE_PID: String(process.pid) };
  const child = spawn(command, args, { env, stdio: 'pipe' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
  child.stdin.on('error', () => undefined).end(JSON.stringify(event));
  await once(child, 'close');
  return [child.exitCode, printed];
}

/** Resolves with what the hooks printed that the client waits for. */
async function fire(name: string, facts: object): Promise<string> {
  const event = {
    hook_event_name: name,
    session_id: process.env['ORQ_TEST_SESSION'] ?? 'stand-in',
    cwd: folder,
    ...facts,
  };
  const handlers = (settings.hooks[name] ?? []).flatMap(({ hooks }) => hooks);
  for (const waiter of handlers.filter((handler) => handler.async))
    void runHandler(waiter, event).then(([exit, bell]) => (exit === 2 ? haveTurn(bell) : undefined));
  let printed = '';
  for (const handler of handlers.filter((each) => !each.async))
    printed += (await runHandler(handler, event))[1];
  return printed;
}

let turns = 0;

async function haveTurn(prompt: string): Promise<void> {
  turns += 1;
  const turn = { prompt_id: `turn-${turns}` };
  await fire('UserPromptSubmit', { ...turn, prompt });
  // What a Stop is given makes the turn go on, to its next Stop.
  while ((await fire('Stop', { ...turn, stop_hook_active: true })) !== '');
}

process.on('SIGHUP', () => process.exit());
process.stdin.resume();
await fire('SessionStart', { source: 'startup' });
