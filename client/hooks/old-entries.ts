/** Which hook entries of a settings file are those of the system that orq replaces: a session served by both would get its mail twice. */
import { basename } from 'node:path';
import { appendElement, appendProperty } from './json-edit.ts';
import { parseStrict, propertyOf, stringOf, valueOf, type JsonNode } from './json-tree.ts';
import { removeHooks } from './merge.ts';
import { isCommandOf, readEvents } from './own-entries.ts';

/** Its scripts stood in a folder `claude_hooks`, or by symlink in `.claude/hooks`; the names alone may be anybody's. */
const OLD_SCRIPT =
  /claude[_/]hooks\/(?:check_queue(?:_enhanced)?|cleanup_agent|auto_restart|setup_git_policy_hooks)\.py/;

const isOldHandler = (handler: JsonNode): boolean =>
  isCommandOf(handler, (command) => OLD_SCRIPT.test(command));

export function oldHandlers(root: JsonNode): readonly JsonNode[] {
  return readEvents(root, isOldHandler).flatMap(({ groups }) => groups.flatMap(({ own }) => own));
}

/** Takes the old entries out, with the groups, events and `hooks` that this leaves empty. */
export function removeOld(text: string): string {
  return removeHooks(text, undefined, isOldHandler);
}

/** Puts the old entries of `before` behind what others have written since; one whose script is at its event already does not come twice. */
export function putBackOld(text: string, before: JsonNode): string {
  const there = new Set(scriptsIn(parseStrict(text).root));
  const groups = readEvents(before, isOldHandler).flatMap(({ event, groups: found }) =>
    found
      .map(({ node, own }) => ({ node, own: own.filter((handler) => !there.has(placeOf(event, handler))) }))
      .filter(({ own }) => own.length > 0)
      .map(({ node, own }) => ({ event, group: withOnly(node, own) })),
  );
  return groups.reduce((merged, { event, group }) => {
    const { root } = parseStrict(merged);
    const hooks = propertyOf(root, 'hooks');
    if (!hooks) return appendProperty(merged, root, 'hooks', { [event]: [group] });
    const there = propertyOf(hooks, event);
    return there ? appendElement(merged, there, group) : appendProperty(merged, hooks, event, [group]);
  }, text);
}

function scriptsIn(root: JsonNode): readonly string[] {
  return readEvents(root, isOldHandler).flatMap(({ event, groups }) =>
    groups.flatMap(({ own }) => own.map((handler) => placeOf(event, handler))),
  );
}

/** The event and the script; both names of the queue's look are one. */
function placeOf(event: string, handler: JsonNode): string {
  const [script = ''] = OLD_SCRIPT.exec(stringOf(propertyOf(handler, 'command')) ?? '') ?? [];
  return `${event} ${basename(script).replace('_enhanced', '')}`;
}

function withOnly(group: JsonNode, handlers: readonly JsonNode[]): object {
  const matcher = stringOf(propertyOf(group, 'matcher'));
  return { ...(matcher !== undefined && { matcher }), hooks: handlers.map(valueOf) };
}
