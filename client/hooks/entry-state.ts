/** How the hook entries in a settings file differ from what an install would write. */
import { hookGroups, type HookEntry, type HookGroup } from './hook-table.ts';
import { elementsOf, nodeHolds, propertyOf, stringOf, type JsonNode } from './json-tree.ts';
import { isOwnGroup, ownHandlers, readEvents, type EventNode } from './own-entries.ts';

export interface EntryState {
  readonly installed: boolean;
  /** Every event has its handlers, once, as an install would write them. */
  readonly complete: boolean;
  /** Events that lack a handler. */
  readonly missing: readonly string[];
  /** Events with a handler of orq more than once. */
  readonly duplicated: readonly string[];
  /** Events whose handlers an install would write otherwise, or not at all. */
  readonly outdated: readonly string[];
  /** What the entries name; null where there are none. */
  readonly command: string | null;
  readonly socket: string | null;
  readonly agent: string | null;
}

/** The entries against the table, with the socket and agent that are expected, else with those that the entries name. */
export function compareEntries(
  root: JsonNode | undefined,
  command: string,
  expected: { readonly socket?: string; readonly agent?: string },
): EntryState & { readonly foreignHooks: number } {
  const events = root ? readEvents(root) : [];
  const found = factsOf(root && ownHandlers(root)[0]);
  const socket = expected.socket ?? found.socket ?? '';
  const wanted = hookGroups({ command, socket, agent: expected.agent ?? found.agent } satisfies HookEntry);
  const missing = [...wanted]
    .filter(([event, group]) => lacks(at(events, event), group))
    .map(([event]) => event);
  const duplicated = events.filter(isDuplicated).map(({ event }) => event);
  const outdated = events
    .filter((event) => isOutdated(event, wanted.get(event.event)))
    .map(({ event }) => event);
  const groups = events.flatMap((event) => event.groups);
  return {
    installed: groups.some(({ own }) => own.length > 0),
    complete: missing.length + duplicated.length + outdated.length === 0,
    missing,
    duplicated,
    outdated,
    ...found,
    foreignHooks: groups.reduce((sum, { handlers, own }) => sum + handlers.length - own.length, 0),
  };
}

function at(events: readonly EventNode[], name: string): EventNode | undefined {
  return events.findLast(({ event }) => event === name);
}

function callsOf(event: EventNode | undefined): readonly string[] {
  return (event?.groups ?? []).flatMap(({ own }) => own.map(callOf));
}

/** The event's name or `wait`: the first argument. */
function callOf(handler: JsonNode): string {
  return stringOf(elementsOf(propertyOf(handler, 'args'))[0]) ?? '';
}

function lacks(event: EventNode | undefined, { hooks }: HookGroup): boolean {
  const calls = callsOf(event);
  return hooks.some(({ args }) => !calls.includes(args[0] ?? ''));
}

function isDuplicated(event: EventNode): boolean {
  const calls = callsOf(event);
  return new Set(calls).size < calls.length;
}

function isOutdated({ groups }: EventNode, wanted: HookGroup | undefined): boolean {
  const own = groups.filter((group) => group.own.length > 0);
  if (!wanted) return own.length > 0;
  return own.length > 0 && !own.some((group) => isOwnGroup(group) && nodeHolds(group.node, wanted));
}

function factsOf(handler: JsonNode | undefined): Pick<EntryState, 'command' | 'socket' | 'agent'> {
  const words = elementsOf(propertyOf(handler, 'args')).map((node) => stringOf(node) ?? '');
  const after = (flag: string): string | null => {
    const index = words.indexOf(flag);
    return index < 0 ? null : (words[index + 1] ?? null);
  };
  const command = stringOf(propertyOf(handler, 'command')) ?? null;
  return { command, socket: after('--socket'), agent: after('--agent') };
}
