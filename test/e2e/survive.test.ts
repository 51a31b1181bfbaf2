/** Agents whose client dies: started again by orq within limits, and held beyond them. */
import assert from 'node:assert/strict';
import { readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from './agent.ts';
import { closedGate } from './gate.ts';
import { eventually } from './eventually.ts';
import { orqOnEachClient, type Stage } from './orq-on-each-client.ts';

/** The suite kills a few times; the bar is 20. */
const ROUNDS = Number(process.env['E2E_KILLS'] ?? 4);
const ROUND_MS = 20_000;
/** Three restarts with their back-off, each a start with the session and one without, on a busy machine. */
const CRASH_LOOP_MS = 60_000;

const LIMITS_RAISED = {
  ORQ_AUTO_RESTART: 'on',
  ORQ_RESTART_LIMIT: '1000',
  ORQ_RESTART_BACKOFF_MS: '1',
  ORQ_RESTART_QUIET_MS: '1',
};

interface Row {
  readonly cause: string;
  readonly outcome: string;
  readonly reason: string | null;
}

async function rowsOf({ orq, agentId }: Stage): Promise<string[]> {
  const { restarts } = await orq.orqctl<{ restarts: Row[] }>('restarts', '--agent', agentId);
  return restarts.map(({ cause, outcome }) => `${cause} ${outcome}`);
}

/** All windows and panes of the agent's tmux server. */
const windowsOf = ({ scenario }: Stage): Promise<string> =>
  scenario.terminal.tmux('list-panes', '-a', '-F', '#{window_id} #{pane_id} #{window_name}');

/** The client that orq started after `before` had died, in whatever pane. */
async function nextLife({ scenario, orq, agentId }: Stage, before: Agent): Promise<Agent> {
  const { pane } = await orq.agent(
    agentId,
    ({ pid, waiter }) => pid !== null && pid !== before.pid && waiter,
  );
  assert.equal(pane, before.pane.id);
  return scenario.agentIn(before.pane);
}

/** Points of a turn at which a client is killed: each has a message on its way. */
const MOMENTS = ['idle', 'rung', 'in its turn', 'after its turn'] as const;

orqOnEachClient(
  'an agent that is killed again and again comes back in its window each time, once, and gets all its mail',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    let agent = await scenario.startAgent();
    await agent.prompt('good morning');
    await main.next();
    await scenario.waitForTranscript('good morning');
    await orq.idle(agentId);
    const windows = await windowsOf(stage);
    const sent: number[] = [];
    const pids = new Set([agent.pid]);
    const pausesMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const moment = MOMENTS[round % MOMENTS.length];
      const gate = closedGate();
      if (moment === 'in its turn') main.script({ text: 'never read', beforeFirstToken: gate });
      if (moment !== 'idle') sent.push((await orq.send(agentId, `heron ${round}`)).id);
      if (moment === 'in its turn') await gate.reached;
      if (moment === 'after its turn') await orq.seen(sent.at(-1) ?? 0);
      const killedMs = performance.now();
      agent.kill();
      gate.open();
      sent.push((await orq.send(agentId, `egret ${round}`)).id);
      agent = await nextLife(stage, agent);
      pausesMs.push(performance.now() - killedMs);
      pids.add(agent.pid);
      assert.equal(await windowsOf(stage), windows);
      for (const id of sent)
        await eventually(`message ${id} delivered`, async () => (await orq.shown(id)).state === 'delivered');
      await orq.idle(agentId);
      assert.equal((await scenario.clients()).length, 1);
    }
    assert.equal(pids.size, ROUNDS + 1);
    const rows = await rowsOf(stage);
    assert.deepEqual(
      rows,
      Array.from({ length: ROUNDS }, () => 'crashed restarted'),
    );
    const told = main.requests.map(({ texts }) => texts.join('\n')).join('\n');
    for (const id of sent) {
      const { text, state } = await orq.shown(id);
      assert.equal(state, 'delivered');
      assert.ok(told.includes(text), text);
    }
    assert.equal((await orq.agent(agentId)).restarts, ROUNDS);
    pausesMs.sort((a, b) => a - b);
    const figures = `${ROUNDS} kills on ${scenario.clientVersion}: next client ready after ${Math.round(pausesMs[0] ?? 0)} to ${Math.round(pausesMs.at(-1) ?? 0)} ms`;
    if (process.env['E2E_KILLS'] !== undefined) process.stderr.write(`${figures}\n`);
  },
  LIMITS_RAISED,
  { timeoutMs: 60_000 + ROUNDS * ROUND_MS },
);

orqOnEachClient(
  'an agent that exits at once is held with the reason, also by the next daemon, until a person lets it go',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const first = await scenario.startAgent();
    await orq.idle(agentId);
    // An update that broke the client.
    const program = join(scenario.place.home, '.local/bin/claude');
    const whole = await readlink(program);
    await rm(program);
    const tries = join(scenario.folder, 'tries');
    await writeFile(program, `#!/bin/sh\necho tried >> ${tries}\nexit 1\n`, { mode: 0o755 });
    first.kill();
    const held = 'held: crash loop: 3 restarts in 600000 ms';
    await orq.agent(agentId, ({ conditions }) => conditions?.includes(held) === true, CRASH_LOOP_MS);
    const { id } = await orq.send(agentId, 'the heron has landed');
    const rows = await rowsOf(stage);
    assert.deepEqual(rows, ['crashed held', ...Array.from({ length: 3 }, () => 'crashed failed')]);
    await orq.daemon.kill9();
    await orq.daemon.restart();
    await orq.agent(agentId, ({ conditions }) => conditions?.includes(held) === true);
    assert.deepEqual(await rowsOf(stage), rows);

    await rm(program);
    await symlink(whole, program);
    await orq.orqctl('agent', 'resume', agentId);
    await nextLife(stage, first);
    assert.ok((await main.nextHolding('the heron has landed')).holds('REBRIEF'));
    await orq.seen(id);
    assert.deepEqual((await orq.agent(agentId)).conditions, []);
  },
  { ...LIMITS_RAISED, ORQ_RESTART_LIMIT: '3' },
  { timeoutMs: 60_000 + CRASH_LOOP_MS },
);
