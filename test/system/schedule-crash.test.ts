import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from '../../client/index.ts';
import { openDaemonClock } from '../support/daemon-clock.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 6);
const MINUTE_MS = 60_000;
/** Every so many rounds the daemon is down for longer than a tick may be late. */
const LONG_DOWN_EVERY = 3;
const DOWN_MS = 7 * MINUTE_MS;
const SWEEP_MS = 10;

/** The times of the ticks that brought messages of an agent, in the order of their coming; those that are counted come a minute after each other. */
async function ticksOf(client: Client, agent: string, firstMs: number): Promise<number[]> {
  const { messages } = await client.list({ agent, limit: 1000 });
  return messages.toReversed().map(({ idempotencyKey }) => {
    const count = /:number (\d+)$/.exec(idempotencyKey ?? '')?.[1];
    return count === undefined
      ? Number(idempotencyKey?.split(':')[2])
      : firstMs + (Number(count) - 1) * MINUTE_MS;
  });
}

it(
  'kill -9 of the daemon while schedules fire: each tick once, none lost, one for all that were missed',
  { timeout: 60_000 + ROUNDS * 5_000 },
  async (t) => {
    using folder = testFolder({ inMemory: true });
    const clock = openDaemonClock(folder.path);
    const env = { ORQ_LOG_LEVEL: 'warn', ORQ_SWEEP_MS: String(SWEEP_MS), ...clock.env };
    await using daemon = await startDaemon({ folder: folder.path, env });
    await using client = createClient({ socket: daemon.socket });
    const agents = ['by-distance', 'by-cron'] as const;
    const wish = { text: 'x', catchUp: 'once' } as const;
    const { nextAtMs: firstMs } = await client.scheduleAdd({
      ...wish,
      agent: 'by-distance',
      everyMs: MINUTE_MS,
    });
    await client.scheduleAdd({ ...wish, agent: 'by-cron', cron: '* * * * *', zone: 'Europe/Berlin' });
    /** When each comes next, once all that is due has come. */
    const caughtUp = () =>
      until(async () => {
        const { schedules } = await client.scheduleList({});
        const nextMs = schedules.map(({ nextAtMs }) => nextAtMs ?? 0);
        return nextMs.every((ms) => ms > clock.nowMs()) ? nextMs : undefined;
      });
    /** Of ticks that were due together one fires for all, the first: a slow machine may let two be due. */
    const must: number[][] = [[], []];
    const may = [0, 0];
    let before = await caughtUp();
    let longDowns = 0;

    for (let round = 1; round <= ROUNDS; round += 1) {
      const isLong = round % LONG_DOWN_EVERY === 0;
      if (!isLong) {
        clock.pass(MINUTE_MS);
        await pause(Math.random() * 4 * SWEEP_MS);
      }
      await daemon.kill9();
      if (isLong) clock.pass(DOWN_MS);
      await daemon.restart();
      const next = await caughtUp();
      for (const [index, firstMs] of before.entries()) {
        const nextMs = next[index] ?? 0;
        if (nextMs > firstMs) must[index]?.push(firstMs);
        may[index] = (may[index] ?? 0) + (isLong ? 1 : Math.ceil((nextMs - firstMs) / MINUTE_MS));
      }
      if (isLong) longDowns += 1;
      before = next;
    }

    for (const [index, agent] of agents.entries()) {
      const ticks = await ticksOf(client, agent, firstMs ?? 0);
      assert.deepEqual(
        ticks,
        [...new Set(ticks)].toSorted((a, b) => a - b),
        `${agent}: once and in order`,
      );
      const missing = must[index]?.filter((ms) => !ticks.includes(ms)).map((ms) => new Date(ms));
      assert.deepEqual(missing, [], `${agent}: none is lost`);
      const wanted = may[index] ?? 0;
      // The tick after a missed one may have been on time.
      assert.ok(ticks.length <= wanted + longDowns, `${agent}: ${ticks.length} ticks, ${wanted} wanted`);
      t.diagnostic(`${agent}: ${ticks.length} ticks over ${ROUNDS} kills`);
    }
  },
);
