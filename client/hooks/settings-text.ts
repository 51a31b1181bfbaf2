/** The bytes of a settings file as text that can be edited, or the reason why not. */
import { OrqError } from '../../src/protocol/errors.ts';
import { JsonFault, parseStrict, type JsonNode } from './json-tree.ts';

export interface SettingsText {
  /** The byte order mark or nothing; it comes back when the text is written. */
  readonly mark: string;
  readonly text: string;
  readonly root: JsonNode;
  readonly value: unknown;
}

/** What orq starts from where there is no file. */
export const NEW_FILE: Uint8Array = new TextEncoder().encode('{}\n');

const MARK = '\uFEFF';

/**
 * @throws OrqError `settings_file_damaged` with line and column. An empty file counts as damaged: it may be somebody's
 * write in its middle, and to take it as `{}` would wipe what comes.
 */
export function parseSettings(bytes: Uint8Array, file: string): SettingsText {
  const whole = decode(bytes, file);
  const mark = whole.startsWith(MARK) ? MARK : '';
  const text = whole.slice(mark.length);
  if (text.trim() === '') throw damaged(file, 'empty, which is not JSON');
  const { root, value } = parse(text, file);
  if (root.type !== 'object') throw damaged(file, `holds ${wordFor(value)} instead of an object`);
  return { mark, text, root, value };
}

export function encodeSettings(mark: string, text: string): Uint8Array {
  return new TextEncoder().encode(mark + text);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw damaged(file, 'not UTF-8', error);
  }
}

function parse(text: string, file: string): { readonly root: JsonNode; readonly value: unknown } {
  try {
    return parseStrict(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const { line, column } = error;
    throw damaged(file, `not JSON at line ${line} column ${column}`, error, { line, column });
  }
}

/**
 * Whether orq's entries have a place in these settings. Claude Code ignores a file of another shape as a whole.
 * @throws OrqError `settings_file_damaged` that names the place.
 */
export function assertShape({ value }: SettingsText, file: string): void {
  const hooks = fieldsAt(value, 'hooks', 'hooks', file);
  for (const [event, groups] of Object.entries(hooks ?? {})) {
    for (const [index, group] of listAt(groups, `hooks.${event}`, file).entries()) {
      const place = `hooks.${event}[${index}]`;
      const handlers = fieldOf(objectAt(group, place, file), 'hooks');
      for (const [at, handler] of listAt(handlers, `${place}.hooks`, file).entries()) {
        objectAt(handler, `${place}.hooks[${at}]`, file);
      }
    }
  }
  const permissions = fieldsAt(value, 'permissions', 'permissions', file);
  const allow = permissions && fieldOf(permissions, 'allow');
  if (allow !== undefined) listAt(allow, 'permissions.allow', file);
}

function fieldsAt(value: unknown, name: string, place: string, file: string): object | undefined {
  const field = fieldOf(objectAt(value, 'settings', file), name);
  return field === undefined ? undefined : objectAt(field, place, file);
}

function fieldOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function objectAt(value: unknown, place: string, file: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw damaged(file, `${place} is ${wordFor(value)} instead of an object`, undefined, { place });
}

function listAt(value: unknown, place: string, file: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged(file, `${place} is ${wordFor(value)} instead of a list`, undefined, { place });
}

function wordFor(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function damaged(file: string, fact: string, cause?: unknown, details?: Record<string, unknown>): OrqError {
  return new OrqError('settings_file_damaged', `settings file ${file}: ${fact}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { file, ...details },
  });
}
