import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';
import { openHookCaller } from './hooks/hook-caller.ts';

/** What the daemon says of a message that goes all the way, and of calls that fail. */
async function logOfOneMessage(env: Record<string, string>): Promise<string> {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'trace', ...env } });
  await using client = createClient({ socket: daemon.socket });
  const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
  await hooks.say('SessionStart', { source: 'startup' });
  const message = { agent: 'a', text: 'moonlight sonata', idempotencyKey: 'k' };
  await client.enqueue(message);
  await assert.rejects(client.enqueue({ ...message, text: 'moonlight serenade' }));
  await assert.rejects(client.enqueue({ agent: 'a', text: 'moonlight'.repeat(120_000) }));
  await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'by moonlight' });
  await hooks.say('PostToolBatch', { prompt_id: 'p', tool_calls: [{ tool_response: 'moonlight' }] });
  await hooks.say('Stop', { prompt_id: 'p', last_assistant_message: 'moonlight' });
  await daemon.stop();
  return daemon.log();
}

describe('the log', { concurrency: 2 }, () => {
  it('is one JSON object per line, tells of each step, and holds no text', async () => {
    const log = await logOfOneMessage({});
    const events = log
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    const steps = [
      'daemon_ready',
      'message_enqueued',
      'messages_leased',
      'messages_injected',
      'messages_seen',
      'daemon_stopping',
    ];
    assert.deepEqual(
      steps.filter((step) => !events.includes(step)),
      [],
    );
    assert.doesNotMatch(log, /moonlight/);
  });

  it('begins each line with its priority where the journal reads it', async () => {
    const lines = (await logOfOneMessage({ JOURNAL_STREAM: '9:1' })).trimEnd().split('\n');
    for (const line of lines) {
      const [, priority, json = ''] = /^<(\d)>(\{.*\})$/.exec(line) ?? [];
      const { level } = JSON.parse(json) as { level: number };
      assert.equal(Number(priority), { 20: 7, 30: 6, 40: 4, 50: 3 }[level], line);
    }
    assert.ok(lines.some((line) => line.startsWith('<7>')) && lines.some((line) => line.startsWith('<6>')));
  });

  it('goes to the file of the settings, which a hangup opens anew after it was moved', async () => {
    using folder = testFolder();
    const file = folder.at('orq.log');
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_FILE: file } });
    renameSync(file, `${file}.1`);
    process.kill(daemon.pid, 'SIGHUP');
    await until(() => (existsSync(file) ? true : undefined));
    await daemon.stop();
    assert.match(readFileSync(`${file}.1`, 'utf8'), /"event":"daemon_ready"/);
    assert.match(readFileSync(file, 'utf8'), /"event":"daemon_stopping"/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(daemon.log(), '');
  });
});
