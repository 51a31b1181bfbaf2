/** Which hook entries of a settings file are orq's. */
import { basename, dirname } from 'node:path';
import { elementsOf, propertiesOf, propertyOf, stringOf, type JsonNode } from './json-tree.ts';

/** An event of the file with its groups. */
export interface EventNode {
  readonly event: string;
  readonly node: JsonNode;
  readonly groups: readonly GroupNode[];
}

export interface GroupNode {
  readonly node: JsonNode;
  readonly handlers: readonly JsonNode[];
  readonly own: readonly JsonNode[];
}

/** The stable path ends alike in every data folder, so that an install made under another one is still recognised. */
export function isOwnCommand(command: string): boolean {
  return basename(command) === 'orq-hook' && dirname(command).endsWith('/orq/bin');
}

/** Whether a handler runs a command that `is` knows. */
export function isCommandOf(handler: JsonNode, is: (command: string) => boolean): boolean {
  const command = stringOf(propertyOf(handler, 'command'));
  return stringOf(propertyOf(handler, 'type')) === 'command' && command !== undefined && is(command);
}

/** Tells whose handlers are looked for. */
export type Owns = (handler: JsonNode) => boolean;

export const isOwnHandler: Owns = (handler) => isCommandOf(handler, isOwnCommand);

/** Reads what it understands: an entry of a shape unknown to orq has no own handlers. */
export function readEvents(root: JsonNode, owns: Owns = isOwnHandler): readonly EventNode[] {
  const hooks = propertyOf(root, 'hooks');
  return propertiesOf(hooks).map(([event, node]) => ({
    event,
    node,
    groups: elementsOf(node).map((group) => readGroup(group, owns)),
  }));
}

function readGroup(node: JsonNode, owns: Owns): GroupNode {
  const handlers = elementsOf(propertyOf(node, 'hooks'));
  return { node, handlers, own: handlers.filter(owns) };
}

/** A group that holds only own handlers; a mixed one is its user's. */
export function isOwnGroup({ handlers, own }: GroupNode): boolean {
  return own.length > 0 && own.length === handlers.length;
}

export function ownHandlers(root: JsonNode): readonly JsonNode[] {
  return readEvents(root).flatMap(({ groups }) => groups.flatMap(({ own }) => own));
}
