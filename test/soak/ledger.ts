/** The ledger of a run: every operation as its client saw it, one JSON line each, only ever appended to. Its order is the order in time. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A message as a client was given it. */
export interface HandedMessage {
  readonly id: number;
  readonly key: string;
  readonly priority: number;
  /** It said that it may have been delivered before. */
  readonly marked: boolean;
}

export type Entry =
  /** A sender begins to ask, or has its answer; it asks under the same key until it has. */
  | { readonly op: 'enqueue'; readonly key: string; readonly agent: string; readonly priority: number }
  | { readonly op: 'enqueued'; readonly key: string; readonly id: number }
  /** A client of `agent` begins to ask for messages, or has some; the same call may be asked more than once. */
  | { readonly op: 'ask'; readonly call: number; readonly agent: string }
  | {
      readonly op: 'handed';
      readonly call: number;
      readonly agent: string;
      readonly messages: readonly HandedMessage[];
    }
  /** Answered as seen: it must never be handed out again. */
  | { readonly op: 'seen'; readonly id: number }
  | { readonly op: 'kill' }
  /** What was stored when all was over. */
  | {
      readonly op: 'stored';
      readonly id: number;
      readonly key: string | null;
      readonly agent: string;
      readonly state: string;
      readonly reason: string | null;
    };

export interface Ledger extends Disposable {
  readonly path: string;
  write(entry: Entry): void;
  /** A number that no call had. */
  newCall(): number;
}

export function openLedger(path: string): Ledger {
  const file = openSync(path, 'ax');
  let calls = 0;
  return {
    path,
    write: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    newCall: () => (calls += 1),
    [Symbol.dispose]: () => closeSync(file),
  };
}

export function readLedger(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Entry);
}
