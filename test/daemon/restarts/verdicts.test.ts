/** What docs/RESTARTS.md tables, row by row over a daemon: what the rows of its accounting say is what the document says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { RESTART_CAUSES, type RestartCause } from '../../../src/protocol/restart.ts';
import { readDocument, rowsOf, sectionOf } from '../../docs/documents.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';

const RESTARTS = readDocument('docs/RESTARTS.md');
const tableOf = (title: string) =>
  rowsOf(sectionOf(RESTARTS, title)).map((row) => row.map((cell) => cell.replaceAll('`', '')));
const TREATMENTS = new Map(
  tableOf('Verdict by cause').map(([cause = '', , verdict = '']) => [cause, verdict]),
);

/** What a row says of a client that lives. */
const OF_THE_LIVING: Readonly<Record<string, { outcome: string; ends: boolean }>> = {
  restart: { outcome: 'none', ends: false },
  leave: { outcome: 'none', ends: false },
  wait: { outcome: 'held', ends: true },
  hold: { outcome: 'held', ends: false },
};

interface Stage {
  readonly daemon: RunningDaemon;
  readonly client: Client;
  /** A session of an agent that nothing was said of yet. */
  readonly begin: (agent: string) => Promise<HookCaller>;
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  await using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_AUTO_RESTART: 'on' } });
  await using client = createClient({ socket: daemon.socket });
  await play({
    daemon,
    client,
    begin: async (agent) => {
      const hooks = openHookCaller(daemon.socket, { session: agent, agent });
      await hooks.say('SessionStart', { source: 'startup' });
      return hooks;
    },
  });
}

/** The one row of an agent, and what `agents` says besides. */
async function saidOf(client: Client, agent: string) {
  const { restarts } = await client.restarts({ agent });
  const { agents } = await client.agents({});
  const { conditions = [], state } = agents.find(({ id }) => id === agent) ?? {};
  const [row, ...more] = restarts;
  assert.deepEqual(more, [], agent);
  return { row, conditions, state };
}

async function assertTabled(client: Client, agent: string, cause: string): Promise<void> {
  const treatment = TREATMENTS.get(cause) ?? '';
  const wanted = OF_THE_LIVING[treatment];
  const { row, conditions, state } = await saidOf(client, agent);
  const said = { cause: row?.cause, outcome: row?.outcome, ends: typeof row?.untilMs === 'number' };
  assert.deepEqual(said, { cause, ...wanted }, agent);
  assert.deepEqual(conditions, wanted?.outcome === 'held' ? [`held: ${cause}`] : [], agent);
  assert.notEqual(state, 'offline');
}

describe('the tables of docs/RESTARTS.md, with a client that lives', { timeout: 60_000 }, () => {
  it('each kind of StopFailure leads to its verdict, and one that is not known to that of unknown', async () => {
    const table = tableOf('StopFailure');
    assert.ok(table.length >= 12);
    await onStage(async ({ client, begin }) => {
      for (const [error = '', cause = ''] of [...table, ['no_such_error', 'unknown']]) {
        const hooks = await begin(`failure-${error}`);
        await hooks.say('StopFailure', { prompt_id: 'p', error });
        await assertTabled(client, hooks.session, cause);
      }
    });
  });

  it('each pattern of a Notification leads to its verdict, in any case and amid other words', async () => {
    const table = tableOf('Notifications');
    assert.ok(table.length >= 22);
    await onStage(async ({ client, begin }) => {
      for (const [index, [text = '', cause = '']] of table.entries()) {
        const hooks = await begin(`notice-${index}`);
        const message = `Something: ${text.toUpperCase()}!`;
        await hooks.say('Notification', { notification_type: 'error', message });
        await assertTabled(client, hooks.session, cause);
      }
    });
  });

  it('no pattern counts in a notice of a dialog, of idling or of success', async () => {
    const types = [
      'permission_prompt',
      'elicitation_dialog',
      'idle_prompt',
      'auth_success',
      'agent_completed',
    ];
    await onStage(async ({ client, begin }) => {
      for (const notification_type of types) {
        const hooks = await begin(notification_type);
        await hooks.say('Notification', { notification_type, message: 'rate limit, disk full, killed' });
      }
      assert.deepEqual((await client.restarts({})).restarts, []);
    });
  });
});

describe('a supervisor that asks', { timeout: 60_000 }, () => {
  it('gets the verdict that the table has for each cause, of a client that is gone and of one that lives', async () => {
    await onStage(async ({ client, begin }) => {
      for (const cause of RESTART_CAUSES) {
        const verdict = { restart: 'restart', leave: 'nothing', wait: 'hold', hold: 'hold' };
        const wanted = verdict[TREATMENTS.get(cause) as keyof typeof verdict];
        const { session } = await begin(`gone-${cause}`);
        const gone = await client.restartReport({ agent: session, cause, alive: false });
        assert.equal(gone.verdict, wanted, cause);
        const living = await begin(`living-${cause}`);
        const told = await client.restartReport({ agent: living.session, cause });
        assert.equal(told.verdict, wanted === 'restart' ? 'nothing' : wanted, cause);
      }
    });
  });

  it('is told when, why and until when, and nobody else is told the same', async () => {
    await onStage(async ({ client, begin }) => {
      const { session: agent } = await begin('asked');
      const ask = (cause: RestartCause) => client.restartReport({ agent, cause, alive: false });
      const granted = await ask('crashed');
      assert.equal(granted.verdict, 'restart');
      assert.ok((granted.untilMs ?? 0) > Date.now());
      const second = await ask('crashed');
      assert.deepEqual([second.verdict, second.reason], ['nothing', 'a supervisor was told to restart it']);
      const { session: limited } = await begin('limited');
      await client.restartReport({ agent: limited, cause: 'rate_limit' });
      const { verdict, reason, afterMs } = await client.restartReport({
        agent: limited,
        cause: 'crashed',
        alive: false,
      });
      assert.deepEqual([verdict, reason], ['after', 'rate_limit']);
      assert.ok((afterMs ?? 0) > 60_000);
    });
  });
});
