/** Edits of a JSON text in its own layout: what is not about the edit keeps its bytes, and a removal is the inverse of an append. */
import { parseStrict, splice, type JsonNode } from './json-tree.ts';

interface Layout {
  readonly eol: string;
  readonly unit: string;
  /** false: the whole text stands on one line, and stays there. */
  readonly lines: boolean;
}

const DEFAULT_UNIT = '  ';
const BLANKS_AT_END = /(?:^|\n)([ \t]*)$/;

export function appendElement(text: string, array: JsonNode, value: unknown): string {
  return append(text, array, '', value);
}

export function appendProperty(text: string, object: JsonNode, name: string, value: unknown): string {
  return append(text, object, name, value);
}

export function replaceNode(text: string, node: JsonNode, value: unknown): string {
  const layout = layoutOf(text);
  const indent = layout.lines ? indentBefore(text, node.offset) : undefined;
  return splice(text, node.offset, node.length, render(value, layout, indent));
}

/** Removes an element of an array, or the property whose value the node is, with its comma. */
export function removeNode(text: string, node: JsonNode): string {
  const child = node.parent?.type === 'property' ? node.parent : node;
  const container = child.parent;
  const siblings = container?.children ?? [];
  const at = siblings.indexOf(child);
  if (!container || at < 0) return text;
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  const childEnd = child.offset + child.length;
  if (before) {
    const from = before.offset + before.length;
    return splice(text, from, childEnd - from, '');
  }
  if (after) return splice(text, child.offset, after.offset - child.offset, '');
  return splice(text, container.offset + 1, container.length - 2, '');
}

function append(text: string, container: JsonNode, name: string, value: unknown): string {
  const layout = layoutOf(text);
  const first = container.children?.[0];
  const last = container.children?.at(-1);
  const key = (colon: string): string =>
    container.type === 'object' ? `${JSON.stringify(name)}${colon}` : '';
  if (first && last) {
    const end = last.offset + last.length;
    const indent = layout.lines ? indentBefore(text, first.offset) : undefined;
    const child = `${key(indent === undefined ? ':' : ': ')}${render(value, layout, indent)}`;
    return splice(text, end, 0, indent === undefined ? `,${child}` : `,${layout.eol}${indent}${child}`);
  }
  if (!layout.lines)
    return splice(
      text,
      container.offset + 1,
      container.length - 2,
      `${key(':')}${render(value, layout, undefined)}`,
    );
  const outer = lineIndent(text, container.offset);
  const inner = outer + layout.unit;
  const child = `${layout.eol}${inner}${key(': ')}${render(value, layout, inner)}${layout.eol}${outer}`;
  return splice(text, container.offset + 1, container.length - 2, child);
}

/** Without an indent the value stands on the line where it is put. */
function render(value: unknown, { eol, unit }: Layout, indent: string | undefined): string {
  if (indent === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`);
}

function layoutOf(text: string): Layout {
  const { root } = parseStrict(text);
  const inside = text.slice(root.offset, root.offset + root.length);
  const first = root.children?.[0];
  const unit = (first && indentBefore(text, first.offset)) || DEFAULT_UNIT;
  return {
    eol: /\r\n|\n/.exec(text)?.[0] ?? '\n',
    unit,
    lines: first === undefined || inside.includes('\n'),
  };
}

/** The white space between the start of the line and the offset; undefined where something else stands there. */
function indentBefore(text: string, offset: number): string | undefined {
  return BLANKS_AT_END.exec(text.slice(0, offset))?.[1];
}

function lineIndent(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
