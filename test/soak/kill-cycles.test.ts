import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../client/index.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';
import { liveOn } from './agents.ts';
import { consumeOn } from './consumers.ts';
import { liveByHookProcess } from './hook-process.ts';
import { openLedger, readLedger, type Ledger } from './ledger.ts';
import { sendOn } from './senders.ts';
import { judgeLedger } from './total-queue.ts';

/** 50 are a bounded run of about a minute; SOAK_KILLS=1000 is the whole one. */
const KILLS = Number(process.env['SOAK_KILLS'] ?? 50);
const DRAIN_MS = 60_000 + KILLS * 100;
const BY_REQUESTS = ['hooked-1', 'hooked-2', 'hooked-3'] as const;
const BY_PROCESS = 'hooked-by-process';
const CONSUMED = ['consumed-1', 'consumed-2'] as const;

it(
  'loses, reorders and invents nothing, however often the daemon is killed',
  { timeout: DRAIN_MS + KILLS * 10_000 },
  async (t) => {
    // A kill leaves what was written to the kernel: the disk itself is cut off elsewhere.
    using folder = testFolder({ inMemory: true });
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'warn' } });
    await using client = createClient({ socket: daemon.socket });
    using ledger = openLedger(folder.at('ledger.jsonl'));
    let back: Promise<void> = Promise.resolve();
    let phase: 'sending' | 'draining' | 'over' = 'sending';
    const common = {
      socket: daemon.socket,
      folder: folder.path,
      client,
      ledger,
      goesOn: () => phase !== 'over',
      isDraining: () => phase === 'draining',
      isBack: () => back,
    };
    const agents = [...BY_REQUESTS, BY_PROCESS, ...CONSUMED] as const;
    const sending = ['s1', 's2', 's3', 's4'].map((name) =>
      sendOn(name, { ...common, agents, goesOn: () => phase === 'sending' }),
    );
    const receiving = [
      ...BY_REQUESTS.map((agent) => liveOn({ ...common, agent })),
      liveByHookProcess({ ...common, agent: BY_PROCESS }),
      ...[...CONSUMED, ...CONSUMED].map((agent) => consumeOn({ ...common, agent })),
    ];

    for (let kill = 0; kill < KILLS; kill += 1) {
      await pause(50 + Math.random() * 500);
      ledger.write({ op: 'kill' });
      back = daemon.kill9().then(() => daemon.restart());
      await back;
    }
    phase = 'draining';
    await Promise.all(sending);
    await until(async () => {
      const { ready, scheduled, blocked, leased } = await client.counts({});
      return ready + scheduled + blocked + leased === 0 ? true : undefined;
    }, DRAIN_MS);
    phase = 'over';
    await Promise.all(receiving);

    await writeStored(client, ledger);
    const verdict = judgeLedger(readLedger(ledger.path));
    const { lost, unexpected, disordered, repeated, ...counted } = verdict;
    const breaches = { lost, unexpected, disordered, repeated };
    const found = Object.values(breaches).flat();
    const cache = process.env['ORQ_TEST_CACHE'];
    if (found.length > 0 && cache !== undefined) {
      mkdirSync(cache, { recursive: true });
      copyFileSync(ledger.path, join(cache, `ledger-${Date.now()}.jsonl`));
    }
    assert.deepEqual(breaches, { lost: [], unexpected: [], disordered: [], repeated: [] });
    assert.ok(counted.duplicates > 0, 'nothing was interrupted');
    t.diagnostic(
      Object.entries(counted)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    );
  },
);

async function writeStored(client: ReturnType<typeof createClient>, ledger: Ledger): Promise<void> {
  for (let beforeId: number | undefined; ;) {
    const { messages } = await client.list({ limit: 1000, ...(beforeId !== undefined && { beforeId }) });
    for (const { id, idempotencyKey: key, agent, state, reason } of messages)
      ledger.write({ op: 'stored', id, key, agent, state, reason });
    const last = messages.at(-1);
    if (!last) return;
    beforeId = last.id;
  }
}
