/** Somebody sets the clock of the machine by a day while the daemon runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { openHookCaller } from '../daemon/hooks/hook-caller.ts';
import { startStandIn } from '../daemon/hooks/stand-in.ts';
import { openDaemonClock } from '../support/daemon-clock.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SWEEP_MS = 20;

async function running() {
  const folder = testFolder({ inMemory: true });
  const clock = openDaemonClock(folder.path);
  const env = { ORQ_LOG_LEVEL: 'info', ORQ_SWEEP_MS: String(SWEEP_MS), ...clock.env };
  const daemon = await startDaemon({ folder: folder.path, env });
  const client = createClient({ socket: daemon.socket });
  return {
    daemon,
    client,
    clock,
    stateOf: async (id: number) => (await client.show({ id })).state,
    /** Steps the clock, and waits until the daemon has seen it. */
    step: async (ms: number) => {
      const before = daemon.log().split('clock_stepped').length;
      clock.step(ms);
      await daemon.logged((log) => log.split('clock_stepped').length > before);
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('a clock that is set by a day', { timeout: 60_000 }, () => {
  for (const [way, stepMs] of [
    ['forward', DAY_MS],
    ['back', -DAY_MS],
  ] as const) {
    it(`${way}: leases of consumers neither end all at once nor last a day longer`, async () => {
      await using run = await running();
      const { client, clock, step, stateOf } = run;
      const sent = await client.enqueue(Array.from({ length: 20 }, () => ({ agent: 'a', text: 'x' })));
      await client.dequeue({ agent: 'a', max: 20, visibilityMs: 10 * MINUTE_MS });
      await step(stepMs);
      const { leased } = await client.counts({ agent: 'a' });
      assert.equal(leased, 20);
      const messages = await Promise.all(sent.map(({ id }) => client.show({ id })));
      for (const { lease, failures } of messages) {
        const leftMs = (lease?.untilMs ?? 0) - clock.nowMs();
        assert.ok(leftMs > 9 * MINUTE_MS && leftMs <= 10 * MINUTE_MS, `${leftMs} ms are left`);
        assert.equal(failures, 0);
      }
      clock.pass(10 * MINUTE_MS);
      await until(async () => ((await stateOf(sent[0]?.id ?? 0)) === 'leased' ? undefined : true));
    });

    it(`${way}: what is delayed, kept back or repeated comes after its span, once`, async () => {
      await using run = await running();
      const { client, clock, step, stateOf } = run;
      const failed = await client.enqueue({ agent: 'a', text: 'failed' });
      await client.dequeue({ agent: 'a' });
      const delayed = await client.enqueue({ agent: 'a', text: 'delayed', delayMs: 5 * MINUTE_MS });
      await client.scheduleAdd({ agent: 'b', text: 'again', everyMs: 2 * MINUTE_MS });
      await client.scheduleAdd({ agent: 'c', text: 'by cron', cron: '* * * * *' });
      await client.requeue({ id: failed.id, error: 'it failed' });
      await step(stepMs);
      assert.equal(await stateOf(delayed.id), 'scheduled');
      clock.pass(2_000);
      await until(async () => ((await stateOf(failed.id)) === 'ready' ? true : undefined));
      assert.equal(await stateOf(delayed.id), 'scheduled');
      for (let minute = 0; minute < 5; minute += 1) {
        clock.pass(MINUTE_MS);
        await until(async () => {
          const { schedules } = await client.scheduleList({});
          return schedules.every(({ nextAtMs }) => (nextAtMs ?? 0) > clock.nowMs()) ? true : undefined;
        });
      }
      await until(async () => ((await stateOf(delayed.id)) === 'ready' ? true : undefined));
      const countOf = async (agent: string) => (await client.list({ agent })).messages.length;
      assert.equal(await countOf('a'), 2);
      assert.equal(await countOf('b'), 2);
      const byCron = await countOf('c');
      assert.ok(byCron === 5 || byCron === 6, `${byCron} ticks of five minutes`);
    });

    it(`${way}: an agent that was rung in vain is rung again in time, and shown as it is`, async () => {
      await using run = await running();
      const { daemon, client, clock, step } = run;
      await using claude = startStandIn();
      const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a', pid: claude.pid });
      await hooks.say('SessionStart', { source: 'startup' });
      const rung = hooks.wait();
      const { id } = await client.enqueue({ agent: 'a', text: 'x' });
      assert.equal((await rung).exit, '2');
      const again = hooks.wait();
      await step(stepMs);
      const [agent] = (await client.agents({})).agents;
      assert.equal(agent?.state, 'idle');
      const nextTryMs = agent?.waiting?.nextTryMs ?? 0;
      assert.ok(nextTryMs - clock.nowMs() <= 10_000, 'the next ring is seconds away');
      clock.pass(11_000);
      assert.equal((await again).exit, '2');
      const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'go on' });
      assert.match(given.context, new RegExp(`message ${id},`));
      await hooks.say('Stop', { prompt_id: 'p' });
      assert.equal((await client.show({ id })).state, 'delivered');
    });

    it(`${way}: a dequeue that waits ends after its time, and with mail at once`, async () => {
      await using run = await running();
      const { client, step } = run;
      const empty = client.dequeue({ agent: 'a', waitMs: 1_000 });
      const served = client.dequeue({ agent: 'b', waitMs: 20_000 });
      await step(stepMs);
      await client.enqueue({ agent: 'b', text: 'x' });
      assert.equal((await served).messages.length, 1);
      assert.deepEqual(await empty, { messages: [] });
    });
  }

  it('back while the daemon is down: spans count from what was written last', async () => {
    await using run = await running();
    const { daemon, client, clock } = run;
    const { id } = await client.enqueue({ agent: 'a', text: 'x' });
    const delayed = await client.enqueue({ agent: 'a', text: 'x', delayMs: MINUTE_MS });
    await client.dequeue({ agent: 'a', visibilityMs: 5 * MINUTE_MS });
    await daemon.kill9();
    clock.step(-DAY_MS);
    await daemon.restart();
    const leftMs = ((await client.show({ id })).lease?.untilMs ?? 0) - clock.nowMs();
    assert.ok(leftMs > 0 && leftMs <= 5 * MINUTE_MS, `${leftMs} ms are left`);
    clock.pass(MINUTE_MS);
    await until(async () => ((await client.show({ id: delayed.id })).state === 'ready' ? true : undefined));
  });
});
