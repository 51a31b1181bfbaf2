import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createClient, OrqError, type Client } from '../../client/index.ts';
import { openHookCaller } from '../daemon/hooks/hook-caller.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openSmallDisk, SMALL_DISK_MISSING } from '../support/small-disk.ts';
import { until } from '../support/until.ts';

const STORED = 150;
const TEXT = 'x'.repeat(1000);

/** Sends until one is refused; the ids of those that were answered. */
async function sendUntilRefused(client: Client): Promise<{ ids: number[]; refusal: OrqError }> {
  const ids: number[] = [];
  for (;;) {
    try {
      ids.push((await client.enqueue({ agent: 'b', text: TEXT })).id);
    } catch (refusal) {
      assert.ok(refusal instanceof OrqError);
      return { ids, refusal };
    }
  }
}

async function accepts(client: Client): Promise<true | undefined> {
  return client.enqueue({ agent: 'c', text: 'there is room' }).then(
    () => true,
    () => undefined,
  );
}

describe('a full disk', { skip: SMALL_DISK_MISSING, timeout: 60_000 }, () => {
  it('refuses enqueues with storage_full, lets all else go on, and is over when there is room', async () => {
    using folder = testFolder();
    await using disk = await openSmallDisk(folder.at('state'), 32);
    await using daemon = await startDaemon({
      folder: folder.path,
      under: disk.under,
      env: { ORQ_SWEEP_MS: '50' },
    });
    await using client = createClient({ socket: daemon.socket });
    await until(() => statSync(disk.at('reserve'), { throwIfNoEntry: false }) && true);
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'h' });
    await hooks.say('SessionStart', { source: 'startup' });
    await client.enqueue({ agent: 'h', text: 'for the hook' });
    await client.enqueue(Array.from({ length: STORED }, () => ({ agent: 'a', text: TEXT })));

    const { id: kept } = await client.enqueue({ agent: 'b', text: TEXT });
    disk.fill();
    const { ids, refusal } = await sendUntilRefused(client);
    assert.deepEqual([refusal.code, refusal.status], ['storage_full', 507]);
    assert.equal((await client.status({})).database.isFull, true);

    const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'go on' });
    assert.match(given.context, /for the hook/);
    await hooks.say('Stop', { prompt_id: 'p' });
    for (let left = STORED; left > 0; left -= 1) {
      const { messages } = await client.dequeue({ agent: 'a' });
      for (const { id, leaseToken } of messages) await client.ack({ id, leaseToken });
    }
    const counts = await client.counts({});
    assert.deepEqual([counts.delivered, counts.ready], [STORED + 1, ids.length + 1]);

    await daemon.kill9();
    await daemon.restart();
    await daemon.logged((log) => log.split('disk_full').length > 2);
    assert.equal((await sendUntilRefused(client)).refusal.code, 'storage_full');
    await client.cancel({ id: kept });

    disk.empty();
    await until(() => accepts(client));
    assert.match(daemon.log(), /disk_has_room/);
    assert.ok(statSync(disk.at('reserve')).size > 0);
    for (const id of ids) assert.equal((await client.show({ id })).text, TEXT);
  });
});
