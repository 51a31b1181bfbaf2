/** What the daemon needs does not grow with what it has done: memory, the write-ahead log and file descriptors under a mixed load. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from '../../client/index.ts';
import { openConnection } from '../daemon/http-call.ts';
import { openHookCaller } from '../daemon/hooks/hook-caller.ts';
import { startStandIn } from '../daemon/hooks/stand-in.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';

/** Windows of load, each followed by an idle moment. SOAK_SECONDS is for longer ones. */
const WINDOWS = 5;
/** Until a slow machine has compiled what is hot and the collector has found its heap's size. */
const WARM_UP_WINDOWS = 2;
const WINDOW_MS = (Number(process.env['SOAK_SECONDS'] ?? 60) * 1_000) / WINDOWS;
const SAMPLE_MS = 250;
const IDLE_MS = 1_500;
const MIB = 1024 * 1024;
const BIG = 'x'.repeat(MIB / 4);

/** Between two windows that should need the same: what the collector and the machine add by chance. */
const SLACK = { rss: 32 * MIB, wal: 2 * MIB, descriptors: 8 } as const;

type Sample = Record<keyof typeof SLACK, number>;

function sampleOf(pid: number, stateDir: string): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
    wal: statSync(join(stateDir, 'orq.db-wal'), { throwIfNoEntry: false })?.size ?? 0,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

function median(samples: readonly Sample[]): Sample {
  const of = (what: keyof Sample): number =>
    samples.map((sample) => sample[what]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
  return { rss: of('rss'), wal: of('wal'), descriptors: of('descriptors') };
}

type Load = (isOver: () => boolean) => Promise<number>;

/** Each goes on until its window is over, and replies with how often it did what it does. */
function loadsOn(client: Client, socket: string, pid: number): Record<string, Load> {
  async function repeat(isOver: () => boolean, once: (count: number) => Promise<void>): Promise<number> {
    let count = 0;
    for (; !isOver(); count += 1) await once(count);
    return count;
  }
  const hooks = openHookCaller(socket, { session: 's', agent: 'hooked', pid });
  /** A request whose client is gone before it is answered. */
  const abandoned = async (path: string, fields: object): Promise<void> => {
    const connection = openConnection(socket);
    const headers = { 'content-type': 'application/json', 'orq-entrypoint': 'cli' };
    const answer = connection.call({ path, body: JSON.stringify(fields), headers }).catch(() => undefined);
    await pause(15);
    connection.close();
    await answer;
  };
  return {
    send: (isOver) =>
      repeat(isOver, async (count) => {
        await client.enqueue(['hooked', 'consumed'].map((agent) => ({ agent, text: `${agent} ${count}` })));
        if (count % 20 === 0) await client.enqueue({ agent: 'consumed', text: BIG });
        await pause(3);
      }),
    turns: (isOver) =>
      repeat(isOver, async (count) => {
        for (const event of ['UserPromptSubmit', 'PostToolBatch', 'Stop'])
          await hooks.say(event, { prompt_id: `${process.hrtime.bigint()} ${count}`, prompt: 'go on' });
      }),
    consume: (isOver) =>
      repeat(isOver, async () => {
        const { messages } = await client.dequeue({ agent: 'consumed', max: 10, waitMs: 100 });
        for (const { id, leaseToken } of messages) await client.ack({ id, leaseToken });
      }),
    read: (isOver) =>
      repeat(isOver, async (count) => {
        const signal = AbortSignal.timeout(40 + (count % 5) * 20);
        let seen = 0;
        try {
          for await (const _ of client.events({}, { signal })) if ((seen += 1) > 20) break;
        } catch (error) {
          if (!signal.aborted) throw error;
        }
      }),
    park: (isOver) =>
      repeat(isOver, async (count) => {
        await abandoned('/v1/hooks/wait', {
          session_id: `w${count % 50}`,
          hook_event_name: 'wait',
          cwd: '/',
        });
        await abandoned('/v1/dequeue', { agent: 'nobody', waitMs: 60_000 });
      }),
  };
}

it(
  'needs no more memory, log or descriptors the longer it runs',
  { timeout: WINDOWS * WINDOW_MS + 120_000 },
  async (t) => {
    using folder = testFolder({ inMemory: true });
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'warn' } });
    await using client = createClient({ socket: daemon.socket });
    await using claude = startStandIn();
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'hooked', pid: claude.pid });
    await hooks.say('SessionStart', { source: 'startup' });
    const loads = loadsOn(client, daemon.socket, claude.pid);
    const sample = (): Sample => sampleOf(daemon.pid, daemon.stateDir);
    const busy: Sample[] = [];
    const idle: Sample[] = [];
    const done: Record<string, number> = {};

    for (let window = 0; window < WINDOWS; window += 1) {
      const endMs = performance.now() + WINDOW_MS;
      const isOver = (): boolean => performance.now() > endMs;
      const samples: Sample[] = [];
      const running = Object.entries(loads).map(async ([name, load]) => {
        done[name] = (done[name] ?? 0) + (await load(isOver));
      });
      const watching = (async () => {
        for (; !isOver(); await pause(SAMPLE_MS)) samples.push(sample());
      })();
      await Promise.all([...running, watching]);
      busy.push(median(samples));
      await pause(IDLE_MS);
      idle.push(sample());
    }

    for (const [name, count] of Object.entries(done)) assert.ok(count > WINDOWS, `${name}: ${count} times`);
    for (const [when, windows] of Object.entries({ busy, idle })) {
      const [warm, last] = [windows[WARM_UP_WINDOWS], windows.at(-1)];
      for (const what of ['rss', 'wal', 'descriptors'] as const) {
        const [before, after] = [warm?.[what] ?? 0, last?.[what] ?? 0];
        assert.ok(
          after <= before * 1.15 + SLACK[what],
          `${what}, ${when}: ${windows.map((each) => each[what]).join(', ')}`,
        );
      }
      const shown = windows.map(
        ({ rss, wal, descriptors }) =>
          `${Math.round(rss / MIB)} MiB, log ${(wal / MIB).toFixed(1)} MiB, ${descriptors} fds`,
      );
      t.diagnostic(`${when}: ${shown.join(' | ')}`);
    }
    t.diagnostic(JSON.stringify(done));
  },
);
