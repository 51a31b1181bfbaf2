import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestartReport, StartRecord } from '../../../src/queue/restart-store.ts';
import { admit, processOf, type ConformanceStore, type OpenStore } from './client.ts';
import { RESTART_POLICY } from '../../support/restart-policy.ts';

const GRANT_MS = 10_000;

const recordOf = (agent: string): StartRecord => ({
  agent,
  argv: ['claude'],
  folder: '/work',
  environment: { LANG: 'C' },
  sessionId: 's1',
  tmux: null,
});
const startedAs = (pid: number) => ({ process: processOf(pid), ownsPane: true });
const crash = (agent: string): RestartReport => ({ agent, cause: 'crashed', detail: null, isAlive: false });

async function running(store: ConformanceStore, agent = 'a', pid = 100): Promise<void> {
  await admit(store, agent);
  await store.recordStart(recordOf(agent), startedAs(pid));
}

async function lost(store: ConformanceStore, pid: number, agent = 'a', policy = RESTART_POLICY) {
  return store.reportRestart({ ...crash(agent), lost: processOf(pid) }, policy, 0);
}

/** Waits out the pause of a restart and starts the client again as `pid`. */
async function restarted(store: ConformanceStore, id: number, pid: number): Promise<void> {
  const row = (await store.openRestarts()).find((open) => open.id === id);
  store.clock.move(Math.max(0, (row?.dueMs ?? 0) - store.clock.nowMs()));
  assert.equal(await store.beginRestart(id, 9, 1_000), true);
  await store.runRestart(id, startedAs(pid));
  await store.recordStart(recordOf('a'), startedAs(pid));
}

export function judgeRestarts(openStore: OpenStore): void {
  test('a loss is counted once, whoever reports it, and its restart waits for its turn', async () => {
    await using store = openStore();
    await running(store);
    const decision = await lost(store, 100);
    assert.deepEqual(decision?.verdict, { kind: 'restart' });
    assert.equal(await lost(store, 100), null);
    assert.deepEqual(await store.watchedAgents(), []);
    const [row, ...more] = await store.restarts({ agent: 'a' });
    assert.deepEqual([row?.outcome, row?.cause, row?.attempt, more], ['waiting', 'crashed', 1, []]);
  });

  test('a restart that is done is seen at the session, watched, and counted', async () => {
    await using store = openStore();
    await running(store);
    const { id = 0 } = (await lost(store, 100)) ?? {};
    await restarted(store, id, 101);
    assert.deepEqual(
      (await store.watchedAgents()).map(({ agent, process }) => [agent, process.pid]),
      [['a', 101]],
    );
    assert.equal((await store.restarts({}))[0]?.outcome, 'restarted');
    assert.deepEqual(await store.openRestarts(), []);
    assert.deepEqual(await store.restartCounts(), [
      { agent: 'a', cause: 'crashed', outcome: 'restarted', count: 1 },
    ]);
  });

  test('crash after crash waits longer and is held at the limit, until a person lets it go', async () => {
    await using store = openStore();
    await running(store);
    const pauses: number[] = [];
    let pid = 100;
    for (;;) {
      const { id = 0, verdict } = (await lost(store, pid)) ?? {};
      if (verdict?.kind === 'hold') {
        assert.equal(verdict.reason, 'crash loop: 3 restarts in 600000 ms');
        break;
      }
      pauses.push(verdict?.kind === 'after' ? verdict.afterMs : 0);
      pid += 1;
      await restarted(store, id, pid);
    }
    assert.deepEqual(pauses, [0, 1_000, 2_000]);
    store.clock.move(RESTART_POLICY.windowMs * 2);
    const [held] = await store.openRestarts();
    assert.deepEqual([held?.outcome, held?.untilMs], ['held', null]);
    const { agents } = await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    assert.equal(agents[0]?.changed, true);
    const [open] = await store.openRestarts();
    assert.deepEqual(
      [open?.outcome, open?.cause, open?.dueMs],
      ['waiting', 'requested', store.clock.nowMs()],
    );
  });

  test('a hold outlives the client, and is not hidden by what comes after', async () => {
    await using store = openStore();
    await running(store);
    const expired = { agent: 'a', cause: 'authentication', detail: 'x', isAlive: true } as const;
    await store.reportRestart(expired, RESTART_POLICY, 0);
    await store.reportRestart(expired, RESTART_POLICY, 0);
    const decision = await lost(store, 100);
    assert.deepEqual(decision?.verdict, { kind: 'hold', reason: 'authentication', untilMs: null });
    const rows = (await store.restarts({})).map(({ outcome, reason }) => [outcome, reason]);
    assert.deepEqual(rows, [
      ['none', 'held: authentication'],
      ['held', 'authentication'],
    ]);
  });

  test('what was over long ago is forgotten, but nothing that is live or that a limit may count', async () => {
    await using store = openStore();
    await running(store);
    await running(store, 'b', 200);
    const { id = 0 } = (await lost(store, 100)) ?? {};
    await restarted(store, id, 101);
    await store.reportRestart(
      { agent: 'a', cause: 'output_limit', detail: null, isAlive: true },
      RESTART_POLICY,
      0,
    );
    await store.reportRestart(
      { agent: 'b', cause: 'billing', detail: null, isAlive: true },
      RESTART_POLICY,
      0,
    );
    const causes = async () => (await store.restarts({})).map(({ cause }) => cause);
    store.clock.move(RESTART_POLICY.quietMs - 1);
    await store.pruneRestarts(1_000, RESTART_POLICY);
    assert.deepEqual(await causes(), ['billing', 'crashed']);
    await store.setRestartPolicy({ agent: 'b', mode: 'on', windowMs: RESTART_POLICY.quietMs * 3 });
    store.clock.move(RESTART_POLICY.quietMs);
    await store.pruneRestarts(1_000, RESTART_POLICY);
    assert.deepEqual(await causes(), ['billing', 'crashed']);
    await store.setRestartPolicy({ agent: 'b', mode: 'default' });
    await store.pruneRestarts(1_000, RESTART_POLICY);
    assert.deepEqual(await causes(), ['billing']);
  });

  test('a client that hangs is counted once while it lives, and named for being ended where the policy says so', async () => {
    await using store = openStore();
    await running(store);
    const hung = { agent: 'a', sessionId: 's1', detail: 'nothing since' };
    assert.equal(await store.reportHung(hung, RESTART_POLICY), null);
    assert.equal(await store.reportHung(hung, { ...RESTART_POLICY, restartsHung: true, isOn: false }), null);
    assert.equal(await store.reportHung(hung, { ...RESTART_POLICY, restartsHung: true, limit: 0 }), null);
    const ends = await store.reportHung(hung, { ...RESTART_POLICY, restartsHung: true });
    assert.deepEqual(ends, processOf(100));
    assert.equal((await store.watchedAgents())[0]?.hung, true);
    const [row, ...more] = await store.restarts({});
    assert.deepEqual([row?.cause, row?.outcome, more], ['hung', 'none', []]);
  });

  test('agents that meet a service that refuses share the end of their holds', async () => {
    await using store = openStore();
    await running(store);
    await running(store, 'b', 200);
    const limit = { cause: 'rate_limit', detail: null, isAlive: true } as const;
    await store.reportRestart({ ...limit, agent: 'a' }, RESTART_POLICY, 0);
    store.clock.move(1_000);
    await store.reportRestart({ ...limit, agent: 'b' }, RESTART_POLICY, 0);
    const [one, other] = await store.openRestarts();
    assert.equal(one?.untilMs, other?.untilMs);
    assert.notEqual(one?.untilMs, null);
    const decision = await lost(store, 200, 'b');
    assert.equal(decision?.verdict.kind, 'after');
  });

  test('a grant is the only one until it runs out or the agent comes', async () => {
    await using store = openStore();
    await running(store);
    await store.reportRestart({ ...crash('a'), cause: 'closed', lost: processOf(100) }, RESTART_POLICY, 0);
    const ask = () =>
      store.reportRestart({ ...crash('a'), grantMs: GRANT_MS }, { ...RESTART_POLICY, isOn: false }, 0);
    assert.equal((await ask())?.verdict.kind, 'restart');
    assert.equal((await ask())?.verdict.kind, 'nothing');
    store.clock.move(GRANT_MS);
    assert.equal((await ask())?.verdict.kind, 'restart', 'the pause is over too');
    await store.recordStart(recordOf('a'), startedAs(101));
    const outcomes = (await store.restarts({})).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['restarted', 'expired', 'none']);
  });

  test('no more start at once than the host may, and nobody who lives', async () => {
    await using store = openStore();
    await running(store);
    await running(store, 'b', 200);
    const [a, b] = [await lost(store, 100), await lost(store, 200, 'b')];
    assert.equal(await store.beginRestart(a?.id ?? 0, 1, 500), true);
    assert.equal(await store.beginRestart(b?.id ?? 0, 1, 500), false);
    const [stood] = (await store.openRestarts()).filter(({ agent }) => agent === 'b');
    assert.equal(stood?.dueMs, store.clock.nowMs() + 500);
    await store.recordStart(recordOf('b'), startedAs(201));
    assert.equal(await store.beginRestart(b?.id ?? 0, 9, 500), false);
    assert.deepEqual((await store.restarts({ agent: 'b' }))[0]?.reason, 'somebody started it');
  });

  test('where it does not come up with its session, the same restart is tried without', async () => {
    await using store = openStore();
    await running(store);
    const { id = 0 } = (await lost(store, 100)) ?? {};
    await store.beginRestart(id, 1, 1);
    await store.placeRestart(id, { socket: '/t', serverStart: 1, pane: '%1', panePid: 7 });
    await store.runRestart(id, startedAs(101));
    await store.startFresh(id);
    const [row] = await store.openRestarts();
    assert.deepEqual([row?.outcome, row?.fresh, row?.process, row?.placed], ['starting', true, null, null]);
    assert.deepEqual(await store.watchedAgents(), []);
  });

  test('a process that dies before its first hook has failed, and the next pause is longer', async () => {
    await using store = openStore();
    await running(store);
    const { id = 0 } = (await lost(store, 100)) ?? {};
    await store.beginRestart(id, 1, 1);
    await store.runRestart(id, startedAs(101));
    const next = await lost(store, 101);
    assert.deepEqual(next?.verdict, { kind: 'after', afterMs: 1_000, reason: 'restart 2 in a row' });
    assert.deepEqual(
      (await store.restarts({})).map(({ outcome }) => outcome),
      ['waiting', 'failed'],
    );
  });

  test('a fleet is started one after the other, those that live and those that nobody saw start left out', async () => {
    await using store = openStore();
    for (const [agent, pid] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      await running(store, agent, pid);
    await admit(store, 'd');
    for (const [agent, pid] of [
      ['a', 1],
      ['c', 3],
    ] as const)
      await store.reportRestart(
        { ...crash(agent), cause: 'stopped', lost: processOf(pid) },
        RESTART_POLICY,
        0,
      );
    const nowMs = store.clock.nowMs();
    assert.deepEqual(await store.startAgents({ all: true }, 700), [
      { agent: 'a', state: 'starting', dueMs: nowMs },
      { agent: 'b', state: 'alive', dueMs: null },
      { agent: 'c', state: 'starting', dueMs: nowMs + 700 },
      { agent: 'd', state: 'unknown', dueMs: null },
    ]);
  });

  test('the end of an agent that is stopped will be one that was asked for', async () => {
    await using store = openStore();
    await running(store);
    assert.deepEqual(await store.stopAgents({ agent: 'a' }), [{ agent: 'a', process: processOf(100) }]);
    assert.equal((await store.watchedAgents())[0]?.stopping, true);
    await store.recordStart(recordOf('a'), startedAs(101));
    assert.equal((await store.watchedAgents())[0]?.stopping, false);
  });

  test('what is said of one agent holds over the settings, and is forgotten by default', async () => {
    await using store = openStore();
    await running(store);
    await store.setRestartPolicy({ agent: 'a', mode: 'off' });
    const off = await lost(store, 100);
    assert.deepEqual(off?.verdict, { kind: 'nothing', reason: 'automatic restart is off' });
    await store.setRestartPolicy({ agent: 'a', mode: 'on', limit: 0 });
    await store.recordStart(recordOf('a'), startedAs(101));
    assert.equal((await lost(store, 101))?.verdict.kind, 'hold');
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    await store.stopAgents({ agent: 'a' });
    await store.setRestartPolicy({ agent: 'a', mode: 'default' });
    await store.recordStart(recordOf('a'), startedAs(102));
    assert.equal((await lost(store, 102))?.verdict.kind, 'restart');
  });

  test('rows, limits and how it is started follow an agent to its new name, and go when it is forgotten', async () => {
    await using store = openStore();
    await running(store);
    await lost(store, 100);
    await store.nameAgent({ agent: 'a', name: 'z' });
    assert.deepEqual(
      (await store.restarts({ agent: 'a' })).map(({ agent }) => agent),
      ['z'],
    );
    assert.equal((await store.startRecord('z'))?.folder, '/work');
    await store.forgetAgent({ agent: 'z' });
    assert.deepEqual([await store.restarts({}), await store.startRecord('z')], [[], null]);
  });

  test('pauses and limits are spans: they last as long where the clock is set', async () => {
    await using store = openStore();
    await running(store);
    const first = await lost(store, 100);
    await restarted(store, first?.id ?? 0, 101);
    const second = await lost(store, 101);
    store.clock.step(-3_600_000);
    await store.promote();
    const [row] = await store.openRestarts();
    assert.equal(second?.verdict.kind === 'after' && row?.dueMs, store.clock.nowMs() + 1_000);
  });
}
