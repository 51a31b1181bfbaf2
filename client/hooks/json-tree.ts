/** A strict JSON text as a tree with offsets, so that an edit touches only the bytes that it is about. */
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';

export type JsonNode = Node;

/** Where a text stops being JSON; both count from 1. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number) {
    const before = text.slice(0, offset).split(/\r\n|\n/);
    super(`line ${before.length} column ${(before.at(-1) ?? '').length + 1}`);
    this.line = before.length;
    this.column = (before.at(-1) ?? '').length + 1;
  }
}

/**
 * Comments and trailing commas are faults, as they are for Claude Code: JSON.parse decides, the tree only says where.
 * @throws JsonFault
 */
export function parseStrict(text: string): { readonly root: JsonNode; readonly value: unknown } {
  const faults: ParseError[] = [];
  const root = parseTree(text, faults, { disallowComments: true, allowTrailingComma: false });
  const value = jsonValue(text, faults);
  if (!root || faults[0]) throw new JsonFault(text, faults[0]?.offset ?? 0);
  return { root, value };
}

function jsonValue(text: string, faults: readonly ParseError[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonFault(text, faults[0]?.offset ?? text.length);
  }
}

/** Of a key that stands twice the last counts, as for JSON.parse. */
export function propertyOf(object: JsonNode | undefined, name: string): JsonNode | undefined {
  if (object?.type !== 'object') return undefined;
  return propertiesOf(object).findLast(([key]) => key === name)?.[1];
}

export function propertiesOf(
  object: JsonNode | undefined,
): readonly (readonly [key: string, value: JsonNode])[] {
  if (object?.type !== 'object') return [];
  return (object.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value ? [[String(key.value), value] as const] : [];
  });
}

export function elementsOf(array: JsonNode | undefined): readonly JsonNode[] {
  return array?.type === 'array' ? (array.children ?? []) : [];
}

/** The string that a node holds, undefined for anything else. */
export function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.type === 'string' ? String(node.value) : undefined;
}

/** The tree gives objects without a prototype, which no strict comparison takes for equal: hence the way through text. */
export function valueOf(node: JsonNode): unknown {
  return JSON.parse(JSON.stringify(getNodeValue(node)));
}

export function nodeHolds(node: JsonNode, value: unknown): boolean {
  return isDeepStrictEqual(valueOf(node), value);
}

/** Whether a parsed value has something under these keys. */
export function hasAt(value: unknown, ...keys: readonly string[]): boolean {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = Reflect.get(at, key);
  }
  return true;
}

/** Replaces a span of the text. */
export function splice(text: string, offset: number, length: number, content: string): string {
  return applyEdits(text, [{ offset, length, content }]);
}
