/** A client that stands still in the middle of a turn, and those that only seem to. */
import assert from 'node:assert/strict';
import { readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closedGate } from './gate.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';
import type { Scenario } from './scenario.ts';

const HUNG_MS = 3_000;

/** tmux lets a program of its own go on when it is stopped: the client runs below a shell. */
async function putShellAbove({ place }: Scenario): Promise<void> {
  const program = join(place.home, '.local/bin/claude');
  const client = await readlink(program);
  await rm(program);
  await writeFile(program, `#!/bin/sh\n${client} "$@"\nexit $?\n`, { mode: 0o755 });
}

orqOnEachClient(
  'a client that stands still in its turn is ended and comes back; one that waits for its model or was interrupted is left alone',
  async ({ scenario, orq, agentId }) => {
    const { main } = scenario.api;
    const [first, second] = [closedGate(), closedGate()];
    main.script(
      { text: 'never read', afterFirstToken: first },
      { text: 'never read', beforeFirstToken: second },
    );
    await putShellAbove(scenario);
    const agent = await scenario.startAgent();
    const { pid: client } = await orq.idle(agentId);
    await agent.prompt('good morning');
    await first.reached;
    await delay(2 * HUNG_MS);
    assert.deepEqual(orq.events('agent_hung'), []);
    await agent.escape();
    await agent.waitForScreen('Interrupted');
    first.open();
    await delay(2 * HUNG_MS);
    assert.equal((await orq.agent(agentId)).state, 'busy');
    assert.deepEqual(orq.events('agent_hung'), []);

    await agent.prompt('good evening');
    await second.reached;
    process.kill(client ?? 0, 'SIGSTOP');
    await orq.logged('agent_hung', (lines) => lines.length === 1);
    await orq.agent(agentId, ({ pid, waiter }) => pid !== null && pid !== client && waiter);
    second.open();
    await scenario.agentIn(agent.pane);
    const { restarts } = await orq.orqctl<{ restarts: { cause: string; outcome: string }[] }>('restarts');
    assert.deepEqual(
      restarts.map(({ cause, outcome }) => `${cause} ${outcome}`),
      ['hung restarted', 'hung none'],
    );
  },
  { ORQ_HUNG_MS: String(HUNG_MS), ORQ_HUNG_ACTION: 'restart', ORQ_AUTO_RESTART: 'on' },
);
