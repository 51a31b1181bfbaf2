/** What a queue that has grown costs: the same exchange, and the start, with few and with many stored messages. */
import { join } from 'node:path';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { openConnection, type Connection } from './load.ts';

export interface Growth {
  readonly messages: number;
  readonly dequeueMs: number;
  readonly hookMs: number;
  readonly startMs: number;
}

const AGENTS = 1_000;
/** Of the agents, those that are measured by hooks and by dequeue; the rest only fill the store. */
const HOOKED = 100;
const CONSUMED = 100;

const INSERT_AGENTS = `
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @last)
  INSERT INTO agent (id, first_seen_ms, last_seen_ms) SELECT 'agent-' || i, @nowMs, @nowMs FROM n`;

/** As of a fleet: one in twenty waits, for agents that are not measured; of what ended most was delivered. */
const INSERT_MESSAGES = `
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @last)
  INSERT INTO message (agent, state, priority, sender, reason, max_failures, enqueued_at_ms, ready_at_ms, ended_at_ms)
  SELECT 'agent-' || (i % ${AGENTS}), state, i % 3, 'somebody', iif(state = 'dead', 'expired', NULL), 5, @nowMs - @last + i, @nowMs - @last + i,
         iif(state = 'ready', NULL, @nowMs - @last + i)
    FROM (SELECT i, CASE WHEN i % ${AGENTS} >= @measured AND i / ${AGENTS} % 20 = 0 THEN 'ready'
                         WHEN i / ${AGENTS} % 50 = 1 THEN 'dead' ELSE 'delivered' END AS state FROM n)`;

const INSERT_TEXTS = `
  INSERT INTO message_text (message_id, text) SELECT id, 'please look at the failing test ' || id || hex(zeroblob(100)) FROM message`;

const INSERT_RECEIPTS = `
  INSERT INTO receipt (message_id, number, kind, at_ms, event) SELECT id, 1, 'seen', ended_at_ms, 'ack' FROM message WHERE state = 'delivered'`;

/** A stopped daemon's store gets `messages` in one transaction, none of them for the first 200 agents to fetch. */
export function seed(stateDir: string, messages: number): void {
  const db = openPlain(join(stateDir, DATABASE_FILE));
  const nowMs = Date.now();
  db.transaction(() => {
    db.prepare(INSERT_AGENTS).run({ last: AGENTS - 1, nowMs });
    db.prepare(INSERT_MESSAGES).run({ last: messages - 1, nowMs, measured: HOOKED + CONSUMED });
    db.prepare(INSERT_TEXTS).run();
    db.prepare(INSERT_RECEIPTS).run();
  })();
  db.close();
}

interface Grown {
  readonly messages: number;
  readonly daemon: RunningDaemon;
  readonly connection: Connection;
  readonly acks: Map<string, { id: number; leaseToken: number }[]>;
  readonly dequeueMs: number[];
  readonly hookMs: number[];
  readonly startMs: number[];
}

async function grow(folder: string, messages: number): Promise<Grown> {
  const daemon = await startDaemon({ folder });
  await daemon.stop();
  seed(daemon.stateDir, messages);
  const startMs: number[] = [];
  for (let start = 0; start < 3; start += 1) {
    await daemon.stop();
    const beforeMs = performance.now();
    await daemon.restart();
    startMs.push(performance.now() - beforeMs);
  }
  const connection = openConnection(daemon.socket);
  const acks = new Map<string, { id: number; leaseToken: number }[]>();
  return { messages, daemon, connection, acks, dequeueMs: [], hookMs: [], startMs };
}

/** Each step is taken in one store and then in the other, so that both see the same machine. */
export async function measureGrowth(
  folderOf: (name: string) => string,
  { few, many, rounds }: { few: number; many: number; rounds: number },
): Promise<readonly [Growth, Growth]> {
  const small = await grow(folderOf('few'), few);
  const large = await grow(folderOf('many'), many);
  try {
    // The first round binds sessions and warms both; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const grown of [small, large]) await refill(grown);
      for (let index = 0; index < Math.max(HOOKED, CONSUMED); index += 1)
        for (const grown of index % 2 === 0 ? [small, large] : [large, small]) {
          await byDequeue(grown, `agent-${HOOKED + index}`);
          await byHook(grown, index, round);
        }
      if (round === 0)
        for (const { dequeueMs, hookMs } of [small, large])
          for (const warm of [dequeueMs, hookMs]) warm.length = 0;
    }
  } finally {
    for (const { connection, daemon } of [small, large]) {
      connection.close();
      await daemon.stop();
    }
  }
  return [medians(small), medians(large)];
}

/** One new message for each measured agent. */
async function refill({ connection }: Grown): Promise<void> {
  const batch = Array.from({ length: HOOKED + CONSUMED }, (_, index) => ({
    agent: `agent-${index}`,
    text: 'please look at the failing test in the parser and say what you find',
    wake: 'later',
  }));
  await connection.ask('POST', '/v1/messages', JSON.stringify(batch));
}

async function timed<T>(took: number[], run: () => Promise<T>): Promise<T> {
  const beforeMs = performance.now();
  const value = await run();
  took.push(performance.now() - beforeMs);
  return value;
}

/** Acks what the agent holds and leases its next. */
async function byDequeue({ connection, acks, dequeueMs }: Grown, agent: string): Promise<void> {
  const body = JSON.stringify({ agent, ack: acks.get(agent) ?? [] });
  const answer = await timed(dequeueMs, () => connection.ask('POST', '/v1/dequeue', body));
  const { messages } = JSON.parse(answer.body) as { messages: { id: number; leaseToken: number }[] };
  if (messages.length !== 1) throw new Error(`${agent} was given ${messages.length} messages`);
  acks.set(
    agent,
    messages.map(({ id, leaseToken }) => ({ id, leaseToken })),
  );
}

/** Proves what the turn was given before and leases the next. */
async function byHook({ connection, hookMs }: Grown, index: number, round: number): Promise<void> {
  const fields = {
    session_id: `session ${index}`,
    prompt_id: 'prompt',
    cwd: '/',
    hook_event_name: 'PostToolBatch',
  };
  const headers = { 'orq-agent': `agent-${index}` };
  const answer = await timed(hookMs, () =>
    connection.ask('POST', '/v1/hooks/PostToolBatch', JSON.stringify(fields), headers),
  );
  if (answer.token === undefined) throw new Error(`agent-${index} was given nothing in round ${round}`);
  await connection.ask('POST', '/v1/hooks/confirm', '', { 'orq-confirm': answer.token });
}

function medians({ messages, dequeueMs, hookMs, startMs }: Grown): Growth {
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { messages, dequeueMs: median(dequeueMs), hookMs: median(hookMs), startMs: median(startMs) };
}
