/** A waiter that nothing rings: the client lets it live as long as its entry in the settings says, which is 20 days. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { orqOnEachClient } from './orq-on-each-client.ts';

/** Seconds; E2E_PARKED_S=900 is longer than a client's own timeout for hooks (600 s). */
const PARKED_MS = Number(process.env['E2E_PARKED_S'] ?? 10) * 1_000;

function waitersAt(socket: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[1] === 'wait' && words.includes(socket);
    } catch {
      return false;
    }
  });
}

orqOnEachClient(
  'a waiter stays parked while nothing happens, and still rings',
  async ({ scenario, orq, agentId }) => {
    await scenario.startAgent();
    await orq.idle(agentId);
    const parked = waitersAt(orq.daemon.socket);
    assert.equal(parked.length, 1);
    await new Promise((resolve) => setTimeout(resolve, PARKED_MS));
    assert.deepEqual(waitersAt(orq.daemon.socket), parked);
    await orq.idle(agentId);
    const { id } = await orq.enqueue({ agent: agentId, text: 'good morning' });
    await orq.seen(id);
    assert.deepEqual(
      orq.events('agent_rung').map(({ rung }) => rung),
      ['waiter'],
    );
  },
  {},
  { timeoutMs: PARKED_MS + 90_000 },
);
