/** Schedules over restarts: what the file says is all there is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movingClock } from '../../support/clock.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';

const HOUR_MS = 3_600_000;

test('a tick fires once over restarts: before, between and after', async () => {
  await using folder = testFolder({ inMemory: true });
  const clock = movingClock();
  const open = () => openTestStore({ stateDir: folder.at('state'), clock });
  {
    await using store = open();
    await store.scheduleAdd({ agent: 'a', text: 'x', everyMs: HOUR_MS });
  }
  for (const expected of [['a'], []]) {
    clock.move(expected.length > 0 ? HOUR_MS : 1_000);
    await using store = open();
    assert.deepEqual(await store.scheduleFire(), expected);
    assert.equal((await store.list({ agent: 'a' })).length, 1);
  }
});
