/** Puts orq's hook entries into the text of a settings file and takes them out again; strangers' entries keep their bytes. */
import type { HookGroup } from './hook-table.ts';
import { appendElement, appendProperty, removeNode, replaceNode } from './json-edit.ts';
import { hasAt, nodeHolds, parseStrict, propertyOf, type JsonNode } from './json-tree.ts';
import {
  isOwnGroup,
  isOwnHandler,
  readEvents,
  type EventNode,
  type GroupNode,
  type Owns,
} from './own-entries.ts';

/**
 * Afterwards each event of `wanted` has exactly its own group and no other handler of orq. An own group that is there is
 * changed in place, a new one goes after the strangers'. A text that is already so comes back as it is.
 */
export function mergeHooks(text: string, wanted: ReadonlyMap<string, HookGroup>): string {
  const cleaned = removeSurplus(text, wanted, isOwnHandler);
  return [...wanted].reduce((merged, [event, group]) => mergeEvent(merged, event, group), cleaned);
}

/** Takes out every handler that `owns` knows, and the groups, events and `hooks` that this leaves empty, unless `before` had them empty. */
export function removeHooks(text: string, before: unknown, owns: Owns = isOwnHandler): string {
  const cleaned = removeSurplus(text, new Map(), owns, before);
  const hooks = propertyOf(parseStrict(cleaned).root, 'hooks');
  const emptied = cleaned !== text && hooks?.type === 'object' && hooks.children?.length === 0;
  return emptied && !hasAt(before, 'hooks') ? removeNode(cleaned, hooks) : cleaned;
}

function removeSurplus(
  text: string,
  wanted: ReadonlyMap<string, HookGroup>,
  owns: Owns,
  before?: unknown,
): string {
  for (const found of readEvents(parseStrict(text).root, owns)) {
    const surplus = firstSurplus(found, wanted.get(found.event));
    if (!surplus) continue;
    const emptied = found.groups.length === 1 && surplus === found.groups[0]?.node;
    const keepsEvent = wanted.has(found.event) || hasAt(before, 'hooks', found.event);
    const less = removeNode(text, emptied && !keepsEvent ? found.node : surplus);
    return removeSurplus(less, wanted, owns, before);
  }
  return text;
}

/** The next group or handler of orq that must go: all but the group that stays. */
function firstSurplus({ groups }: EventNode, wanted: HookGroup | undefined): JsonNode | undefined {
  const kept = wanted && keptGroup(groups, wanted);
  const spare = groups.find((group) => group !== kept && group.own.length > 0);
  return spare && isOwnGroup(spare) ? spare.node : spare?.own[0];
}

function keptGroup(groups: readonly GroupNode[], wanted: HookGroup): GroupNode | undefined {
  const own = groups.filter(isOwnGroup);
  return own.find(({ node }) => nodeHolds(node, wanted)) ?? own[0];
}

function mergeEvent(text: string, event: string, wanted: HookGroup): string {
  const { root } = parseStrict(text);
  const hooks = propertyOf(root, 'hooks');
  if (!hooks) return appendProperty(text, root, 'hooks', { [event]: [wanted] });
  const groups = propertyOf(hooks, event);
  if (!groups) return appendProperty(text, hooks, event, [wanted]);
  const kept = readEvents(root)
    .findLast((found) => found.event === event)
    ?.groups.find(isOwnGroup);
  if (!kept) return appendElement(text, groups, wanted);
  return nodeHolds(kept.node, wanted) ? text : replaceNode(text, kept.node, wanted);
}
