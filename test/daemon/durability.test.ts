import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openHookCaller } from './hooks/hook-caller.ts';

describe('what the daemon answers', () => {
  it('waits for the commit and no call of others waits with it; the connection stays at FULL', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
    await hooks.say('SessionStart', { source: 'startup' });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    // Nothing is handed out or proven here: the facts are committed without waiting for the disk.
    for (let count = 0; count < 20; count += 1) {
      await hooks.say('PostToolBatch', { prompt_id: 'p' });
      const { journalMode, synchronous } = (await client.status({})).database;
      assert.deepEqual([journalMode, synchronous], ['wal', 2]);
    }

    await client.enqueue({ agent: 'a', text: 'held' });
    const foreign = openPlain(join(daemon.stateDir, 'orq.db'));
    foreign.exec('BEGIN IMMEDIATE');
    let isAnswered = false;
    const answer = hooks.say('PostToolBatch', { prompt_id: 'p' }).then((heard) => {
      isAnswered = true;
      return heard;
    });
    for (let count = 0; count < 20; count += 1) await client.ping({});
    const shown = await client.list({ agent: 'a' });
    assert.deepEqual([isAnswered, shown.messages[0]?.state], [false, 'ready']);
    foreign.close();
    assert.match((await answer).context, /held/);
    assert.equal((await client.status({})).database.synchronous, 2);
  });
});
