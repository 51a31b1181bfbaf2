import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { daemonEnvironment, startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { NATIVE, outcomeOf, runHook, startHook, TWIN } from '../../client/hook/clients.ts';

const hookClient = NATIVE ?? TWIN;

describe(`orq-hook (${hookClient.name}) and the daemon`, { timeout: 60_000 }, () => {
  it('carry a message from its enqueue over a wake to its proof, and a waiter over a restart', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_SWEEP_MS: '100' } });
    await using client = createClient({ socket: daemon.socket });
    const env = { ...daemonEnvironment(folder.path), ORQ_AGENT: 'real', CLAUDE_CODE_ENTRYPOINT: 'cli' };
    const event = (name: string, fields = {}) => {
      const stdin = JSON.stringify({ session_id: 's', cwd: '/', hook_event_name: name, ...fields });
      return runHook(hookClient, [name], { stdin, env });
    };
    const contextOf = (stdout: string): string =>
      (JSON.parse(stdout) as { hookSpecificOutput: { additionalContext: string } }).hookSpecificOutput
        .additionalContext;
    const waiterParked = () =>
      until(async () =>
        (await client.status({}).catch(() => undefined))?.agents.waiters === 1 ? true : undefined,
      );

    const started = await event('SessionStart', { source: 'startup' });
    assert.match(contextOf(started.stdout), /as agent "real"/);
    const waiter = startHook(hookClient, ['wait'], { stdin: '{"session_id":"s"}', env });
    const rung = outcomeOf(waiter);
    await waiterParked();
    await daemon.restart();
    await waiterParked();
    await daemon.kill9();
    await daemon.restart();
    await waiterParked();

    const { id } = await client.enqueue({ agent: 'real', text: 'over the wire' });
    const { code, stdout, stderr } = await rung;
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^orq: mail waiting \(bell [0-9a-f]{16}\)\n$/);

    const prompted = await event('UserPromptSubmit', { prompt_id: 'p', prompt: stderr });
    assert.match(contextOf(prompted.stdout), /over the wire/);
    await until(async () => ((await client.show({ id })).lease?.injected ? true : undefined));
    const stopped = await event('Stop', { prompt_id: 'p' });
    assert.deepEqual([stopped.code, stopped.stdout], [0, '']);
    const { receipts } = await client.show({ id });
    assert.deepEqual(
      receipts.map(({ kind }) => kind),
      ['queued', 'injected', 'seen'],
    );

    const stale = await event('UserPromptSubmit', { prompt_id: 'q', prompt: stderr });
    assert.equal((JSON.parse(stale.stdout) as { decision: string }).decision, 'block');
  });

  it('lose no message to an answer that could not be printed', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const env = { ...daemonEnvironment(folder.path), ORQ_AGENT: 'mute', CLAUDE_CODE_ENTRYPOINT: 'cli' };
    const stdin = JSON.stringify({ session_id: 's', cwd: '/', prompt_id: 'p', prompt: 'x' });
    const { id } = await client.enqueue({ agent: 'mute', text: 'x' });
    const hook = startHook(hookClient, ['UserPromptSubmit'], {
      stdin,
      env,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    await once(hook, 'close');
    const shown = await until(async () => {
      const message = await client.show({ id });
      return message.state === 'ready' && message.attempts > 0 ? message : undefined;
    });
    assert.deepEqual([shown.failures, shown.receipts.length], [0, 1]);
  });
});
