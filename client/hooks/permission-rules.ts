/** The permission rules with which an agent uses its `orqctl` without a dialog. */
import { commandFor } from '../orqctl-command.ts';
import type { Host } from './host.ts';
import { appendElement, appendProperty, removeNode } from './json-edit.ts';
import { elementsOf, hasAt, nodeHolds, parseStrict, propertyOf, type JsonNode } from './json-tree.ts';

/** For the bare name, and for the command as the daemon's own texts tell it to agents. `:*` is the prefix form, which every supported client reads: the command alone or with any arguments. */
export function orqctlRules(socket: string, { packageFolder, env }: Host): readonly string[] {
  const told = commandFor('orqctl', packageFolder, { socket }, env);
  return [...new Set(['orqctl', told])].flatMap((command) =>
    ['send', 'reply', 'done'].map((verb) => `Bash(${command} ${verb}:*)`),
  );
}

/** Those of `rules` that the settings do not allow yet. */
export function missingRules(text: string, rules: readonly string[]): readonly string[] {
  const allowed = allowList(parseStrict(text).root);
  return rules.filter((rule) => !allowed.some((node) => nodeHolds(node, rule)));
}

export function presentRules(text: string, rules: readonly string[]): readonly string[] {
  const allowed = allowList(parseStrict(text).root);
  return rules.filter((rule) => allowed.some((node) => nodeHolds(node, rule)));
}

/** Appends to `permissions.allow`, which is made where it is missing. */
export function addRules(text: string, rules: readonly string[]): string {
  return rules.reduce((merged, rule) => {
    const { root } = parseStrict(merged);
    const permissions = propertyOf(root, 'permissions');
    if (!permissions) return appendProperty(merged, root, 'permissions', { allow: [rule] });
    const allow = propertyOf(permissions, 'allow');
    return allow ? appendElement(merged, allow, rule) : appendProperty(merged, permissions, 'allow', [rule]);
  }, text);
}

/** Takes each rule out once, and the list and `permissions` that this leaves empty, unless `before` had them. */
export function removeRules(text: string, rules: readonly string[], before: unknown): string {
  const cleaned = rules.reduce((left, rule) => {
    const node = allowList(parseStrict(left).root).findLast((allowed) => nodeHolds(allowed, rule));
    return node ? removeNode(left, node) : left;
  }, text);
  if (cleaned === text) return text;
  const withoutList = removeEmptied(cleaned, before, 'permissions', 'allow');
  return removeEmptied(withoutList, before, 'permissions');
}

function removeEmptied(text: string, before: unknown, ...keys: readonly string[]): string {
  const node = keys.reduce<JsonNode | undefined>(propertyOf, parseStrict(text).root);
  const emptied = node !== undefined && (node.children ?? []).length === 0;
  return emptied && !hasAt(before, ...keys) ? removeNode(text, node) : text;
}

function allowList(root: JsonNode): readonly JsonNode[] {
  return elementsOf(propertyOf(propertyOf(root, 'permissions'), 'allow'));
}
