import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { readErrorPatterns } from '../../../daemon/restarts/error-patterns.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';

describe('trouble that a living client reports', { timeout: 60_000 }, () => {
  it('holds the agent with its reason, and a turn that succeeds lets it go', async () => {
    await using folder = testFolder();
    const file = folder.at('patterns.json');
    writeFileSync(file, JSON.stringify([['Quota Used Up', 'billing']]));
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_ERROR_PATTERNS: file } });
    await using client = createClient({ socket: daemon.socket });
    const hooks = openHookCaller(daemon.socket, { session: 's', pid: process.pid, agent: 'a' });
    await hooks.say('SessionStart', { source: 'startup' });
    const conditions = async () => (await client.agents({})).agents[0]?.conditions;
    await hooks.say('StopFailure', { prompt_id: 'p', error: 'authentication_failed' });
    assert.deepEqual(await conditions(), ['held: authentication']);
    await hooks.say('UserPromptSubmit', { prompt_id: 'q', prompt: 'x' });
    await hooks.say('Stop', { prompt_id: 'q' });
    assert.deepEqual(await conditions(), []);
    await hooks.say('Notification', { notification_type: 'permission_prompt', message: 'disk full?' });
    assert.deepEqual(await conditions(), []);
    await hooks.say('Notification', { notification_type: 'error', message: 'the quota used up' });
    assert.deepEqual(await conditions(), ['held: billing']);
    const rows = (await client.restarts({})).restarts.map(({ cause, outcome }) => [cause, outcome]);
    assert.deepEqual(rows, [
      ['billing', 'held'],
      ['authentication', 'released'],
    ]);
  });

  it('is not looked for with a file that is damaged', async () => {
    await using folder = testFolder();
    const file = folder.at('patterns.json');
    for (const text of ['{', '{}', '[["x"]]', '[["x", "no_such_cause"]]']) {
      writeFileSync(file, text);
      assert.throws(() => readErrorPatterns(file), { code: 'bad_setting' });
    }
  });
});
