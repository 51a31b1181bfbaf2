import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startHeartbeat } from '../../daemon/heartbeat.ts';
import { openLogger } from '../../daemon/logger.ts';
import type { Services } from '../../daemon/services.ts';
import { openStore } from '../../src/store/sqlite/store.ts';
import { movingClock } from '../support/clock.ts';
import { testFolder } from '../support/folder.ts';
import { MIGRATIONS, PROCESS_LOOP } from '../support/store.ts';
import { until } from '../support/until.ts';

const WATCHDOG_MS = 20;

describe('a heartbeat', () => {
  it('stops with the writer, and goes on with it', async () => {
    using folder = testFolder();
    let isStuck = true;
    const waiting: (() => void)[] = [];
    const soon = (run: () => void): void => void (isStuck ? waiting.push(run) : setImmediate(run));
    await using store = openStore({
      ...PROCESS_LOOP,
      loop: { ...PROCESS_LOOP.loop, soon },
      stateDir: folder.at('state'),
      migrations: MIGRATIONS,
      clock: movingClock(),
    });
    const told: string[] = [];
    const parts = { store, log: openLogger('fatal', false), about: { database: () => store.describe() } };
    await using _heartbeat = await startHeartbeat(parts as unknown as Services, {
      notifier: { tell: async (...texts) => void told.push(...texts) },
      watchdogMs: WATCHDOG_MS,
    });
    assert.equal(told[0], 'READY=1');
    await pause(5 * WATCHDOG_MS);
    assert.equal(told.includes('WATCHDOG=1'), false, 'a timer spoke for the writer');
    isStuck = false;
    for (const run of waiting.splice(0)) run();
    await until(() => told.includes('WATCHDOG=1') || undefined);
  });
});
