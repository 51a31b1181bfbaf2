/** One life of the daemon with a fault in its storage, and what a start without the fault finds. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, OrqError, type Client } from '../../client/index.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store.ts';
import { injecting, type Fault } from './strace.ts';

/** Enqueues of a run; the middle one is leased and acked. */
const SENT = 3;

interface Told {
  /** Answered enqueues: key → id. */
  readonly stored: Map<string, number>;
  /** Answered as not stored. */
  readonly refused: string[];
  readonly acked: number[];
  readonly codes: string[];
}

export interface FaultedRun extends Told {
  readonly fired: boolean;
  /** Null where a signal ended it. */
  readonly exit: number | null;
  readonly log: string;
  readonly lost: string[];
  readonly doubled: string[];
  /** Stored although the answer said that it is not. */
  readonly unexpected: string[];
  readonly integrity: string;
}

/** Runs the daemon on a copy of `template`, a state directory, under `fault`. */
export async function runWith(fault: Fault, template: string): Promise<FaultedRun> {
  using folder = testFolder();
  const [stateDir, trace] = [folder.at('state'), folder.at('trace')];
  cpSync(template, stateDir, { recursive: true });
  const told: Told = { stored: new Map(), refused: [], acked: [], codes: [] };
  let exit: number | null;
  let log: string;
  try {
    await using daemon = await startDaemon({
      folder: folder.path,
      under: injecting(fault, stateDir, trace),
      env: { ORQ_SWEEP_MS: '60000' },
    });
    await using client = createClient({ socket: daemon.socket });
    await work(client, told);
    // Of its own accord, or after SIGTERM.
    exit = await daemon.stop();
    log = daemon.log();
  } catch (error) {
    const [, code] = /ended with (\d+) before it was ready/.exec(String(error)) ?? [];
    if (code === undefined) throw error;
    [exit, log] = [Number(code), String(error)];
  }
  return {
    ...told,
    exit,
    log,
    fired: readFileSync(trace, 'utf8').includes('INJECTED'),
    ...(await judged(stateDir, told)),
  };
}

async function work(client: Client, told: Told): Promise<void> {
  const attempt = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof OrqError)) throw error;
      told.codes.push(error.code);
      return undefined;
    }
  };
  const send = async (key: string): Promise<void> => {
    const before = told.codes.length;
    const answer = await attempt(() =>
      client.enqueue({ agent: 'a', text: key.repeat(500), idempotencyKey: key }),
    );
    if (answer) told.stored.set(key, answer.id);
    else if (told.codes[before] === 'storage_full') told.refused.push(key);
  };
  for (let count = 0; count < SENT; count += 1) await send(`k${count}`);
  const leased = await attempt(() => client.dequeue({ agent: 'a' }));
  for (const { id, leaseToken } of leased?.messages ?? [])
    if (await attempt(() => client.ack({ id, leaseToken }))) told.acked.push(id);
  await Promise.all(['x', 'y', 'z'].map((key) => send(key)));
}

async function judged(stateDir: string, { stored, refused, acked }: Told) {
  const db = openPlain(join(stateDir, DATABASE_FILE));
  let integrity = '';
  try {
    integrity = String(db.pragma('integrity_check', { simple: true }));
  } finally {
    db.close();
  }
  await using store = openTestStore({ stateDir });
  const found = await store.list({ agent: 'a' });
  const byKey = new Map(found.map((message) => [message.idempotencyKey, message]));
  const isThere = ([key, id]: [string, number]): boolean =>
    byKey.get(key)?.id === id && byKey.get(key)?.text === key.repeat(500);
  return {
    integrity,
    lost: [
      ...[...stored].filter((each) => !isThere(each)).map(([key]) => key),
      ...acked
        .filter((id) => found.find((message) => message.id === id)?.state !== 'delivered')
        .map((id) => `ack of ${id}`),
    ],
    doubled: found.length === byKey.size ? [] : found.map(({ idempotencyKey }) => String(idempotencyKey)),
    unexpected: refused.filter((key) => byKey.has(key)),
  };
}
