/** Stores what comes from another database: all of an import or nothing, each message once however often it comes. */
import { OrqError } from '../../protocol/errors.ts';
import type { ExportedMessage, ImportCommit, Imported, ImportPage } from '../../protocol/export-schemas.ts';
import { circleOf } from '../../queue/import.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { Exports } from './export.ts';
import { prepareImportedAgents } from './import-agent.ts';
import { prepareImportKnown } from './import-known.ts';
import { prepareImportMessage } from './import-message.ts';
import type { ImportPages } from './import-page.ts';
import type { Order } from './order.ts';
import type { Schedules } from './schedule.ts';
import type { Settling } from './settle.ts';

/** Where an import does not name the database that it comes from. */
const NAMELESS = '';

export type ImportVerb = (
  request: ImportCommit,
  nowMs: number,
) => { readonly reply: Imported; readonly arrivedFor: string[] };

interface Created {
  readonly index: number;
  readonly id: number;
  readonly message: ExportedMessage;
}

type Outcome = Imported['messages'][number];

export function prepareImports(
  db: Database,
  {
    addresses,
    dependencies,
    exports,
    importPages,
    order,
    schedules,
    settling,
  }: {
    addresses: Addresses;
    dependencies: Dependencies;
    exports: Exports;
    importPages: ImportPages;
    order: Order;
    schedules: Schedules;
    settling: Settling;
  },
): ImportVerb {
  const agents = prepareImportedAgents(db);
  const known = prepareImportKnown(db, { ownOrigin: () => exports.origin() });
  const store = prepareImportMessage(db, { addresses, order });

  return ({ import: name, pages: count, dryRun = false }, nowMs) => {
    const messages: Outcome[] = [];
    const warnings: Imported['warnings'] = [];
    const created: Created[] = [];
    const arrivedFor = new Set<string>();
    let added = 0;
    let origin = NAMELESS;
    const items = known.begin();

    function addSchedules(wished: NonNullable<ImportPage['schedules']>): void {
      for (const { item, anchorMs, schedule } of wished) {
        const itemOfSchedule = `schedule:${item}`;
        if (items.ledger(origin, itemOfSchedule) !== undefined) continue;
        added += 1;
        if (dryRun) continue;
        const { id } = schedules.add(schedule, Math.min(anchorMs ?? nowMs, nowMs));
        items.enter(origin, itemOfSchedule, id, nowMs);
      }
    }

    function take(message: ExportedMessage): void {
      const index = messages.length;
      const item = items.itemOf(message);
      const before = items.find(origin, item, message);
      if (before !== undefined) {
        if (!dryRun) items.enter(origin, item, before.id, nowMs);
        messages.push({ ...before, created: false });
        if (message.state === 'delivered' && waitsHere(before.state)) {
          warnings.push({
            index,
            warning: `was delivered there, and message ${before.id} waited here: it is delivered too`,
          });
          if (!dryRun) settling.end(settling.read(before.id), 'delivered', null, nowMs);
        }
        return;
      }
      if (dryRun) {
        messages.push({ id: null, state: null, created: true });
        return;
      }
      const { id, agent, state } = store(message, items.idOf(origin, message.replyTo ?? null), nowMs);
      items.enter(origin, item, id, nowMs);
      created.push({ index, id, message });
      messages.push({ id, state, created: true });
      if (state === 'ready' && (message.wake ?? 'now') === 'now') arrivedFor.add(agent);
    }

    /** Ids are given when all messages are there: one may wait for a later one. */
    function tie(): void {
      const indexOf = new Map(created.map(({ id, index }) => [id, index]));
      const ties = created.flatMap(({ id, index, message: { after = [] } }) => {
        const found = after.flatMap((each) => items.idOf(origin, each) ?? []);
        if (found.length < after.length)
          warnings.push({ index, warning: 'waited for a message that is not here: it does not wait for it' });
        return messages[index]?.state === 'blocked' ? [{ id, index, found }] : [];
      });
      assertNoCircle(
        new Map(ties.map(({ index, found }) => [index, found.flatMap((each) => indexOf.get(each) ?? [])])),
      );
      for (const { id, found } of ties) {
        for (const toLookAt of dependencies.link(id, found)) order.enter(toLookAt);
        order.enter(id);
      }
    }

    for (const page of importPages.of(name, count)) {
      origin = page.origin ?? NAMELESS;
      if (!dryRun) agents(page.agents ?? [], { ...items, origin }, nowMs);
      for (const message of page.messages) inPlace(messages.length, message, () => take(message));
      addSchedules(page.schedules ?? []);
    }
    for (const { message } of created) items.keep(message, origin);
    tie();
    order.settle(nowMs);
    importPages.forget(name);
    const stored = messages.map((outcome) =>
      outcome.created && outcome.state === 'blocked'
        ? { ...outcome, state: items.stateOf(outcome.id) }
        : outcome,
    );
    const reply = {
      created: stored.filter((each) => each.created).length,
      known: stored.filter((each) => !each.created).length,
      messages: stored,
      schedules: added,
      warnings,
    };
    return { reply, arrivedFor: [...arrivedFor] };
  };
}

/** Nobody holds it: what is leased goes on until its lease ends. */
function waitsHere(state: Outcome['state']): boolean {
  return state === 'ready' || state === 'scheduled' || state === 'blocked';
}

/** A refusal says which message it means. */
function inPlace(index: number, { id }: ExportedMessage, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    const { code, message, details, cause } = error;
    const place = `messages[${index}]${id === undefined ? '' : ` (id ${id})`}`;
    throw new OrqError(code, `${place}: ${message}`, { cause, details: { ...details, index } });
  }
}

function assertNoCircle(ties: ReadonlyMap<number, readonly number[]>): void {
  const indexes = circleOf(ties);
  if (!indexes) return;
  const named = indexes.slice(0, 10).join(', ');
  throw new OrqError('bad_request', `messages ${named} (counted from 0) wait for each other`, {
    details: { indexes },
  });
}
