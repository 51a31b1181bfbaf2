/** The settings file: JSON with comments, each key a setting. It is taken as a whole or refused as a whole, by the line that is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { SETTINGS_PATH } from '../src/protocol/places.ts';
import { nearest } from '../src/queue/nearest.ts';
import { keyOf, SETTING_NAMES, SETTINGS, type SettingName } from './config.ts';
import { refusal, valueOf, type Setting, type SettingValue } from './setting.ts';

const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP'];

export type FileValues = ReadonlyMap<SettingName, SettingValue>;

export function settingsPath(stateDir: string): string {
  return join(stateDir, ...SETTINGS_PATH);
}

/** What the file says; nothing where there is none. @throws OrqError bad_setting with its line. */
export function readSettingsFile(path: string): FileValues {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Where the folder is none, the opening of the store says so.
    if (error instanceof Error && 'code' in error && NO_FILE.includes(String(error.code))) return new Map();
    throw refusal(`settings file ${path}`, error instanceof Error ? error.message : String(error));
  }
  return parseSettings(text, path);
}

/** The text under a key of a file that may be wrong elsewhere; undefined where it cannot be told. */
export function salvagedText(path: string, key: string): string | undefined {
  try {
    const root = parseTree(readFileSync(path, 'utf8'), [], { allowTrailingComma: true });
    const value: unknown = root && findNodeAtLocation(root, [key])?.value;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @throws OrqError bad_setting that names the line. */
export function parseSettings(text: string, path: string): FileValues {
  const at = (offset: number): string =>
    `settings file ${path} line ${text.slice(0, offset).split('\n').length}`;
  const faults: ParseError[] = [];
  const root = parseTree(text, faults, { allowTrailingComma: true, allowEmptyContent: true });
  const [fault] = faults;
  if (fault) throw refusal(at(fault.offset), 'is no JSON here (comments and trailing commas are allowed)');
  if (root && root.type !== 'object') throw refusal(at(root.offset), 'is no JSON object');
  const values = new Map<SettingName, SettingValue>();
  for (const { children, offset } of root?.children ?? []) {
    const [key, value] = children ?? [];
    if (!key || !value) throw refusal(at(offset), 'holds a key without a value');
    const name = nameOf(String(key.value), at(key.offset));
    if (values.has(name)) throw refusal(at(key.offset), `says ${keyOf(name)} a second time`);
    values.set(name, fileValue(name, value, at(value.offset)));
  }
  return values;
}

function nameOf(key: string, where: string): SettingName {
  const inFile = SETTING_NAMES.filter((name) => isInFile(name));
  const name = inFile.find((each) => keyOf(each) === key);
  if (name !== undefined) return name;
  if (SETTING_NAMES.some((each) => keyOf(each) === key))
    throw refusal(where, `${key} is said by flag or variable, not in this file`);
  const near = nearest(
    key,
    inFile.map((each) => keyOf(each)),
  );
  throw refusal(where, `no setting is called "${key}"${near === undefined ? '' : `; ${near} is`}`);
}

export function isInFile(name: SettingName): boolean {
  return (SETTINGS[name] as Setting).inFile !== false;
}

/** What a JSON value of each type is called. */
const JSON_TYPES: Readonly<Record<Setting['type'], 'number' | 'string' | 'array'>> = {
  text: 'string',
  path: 'string',
  cron: 'string',
  word: 'string',
  words: 'array',
  count: 'number',
  cap: 'number',
};

function fileValue(name: SettingName, node: Node, where: string): SettingValue {
  const setting: Setting = SETTINGS[name];
  const wanted = JSON_TYPES[setting.type];
  if (node.type !== wanted) throw refusal(where, `${keyOf(name)} is no ${wanted}`);
  const said = (wanted === 'array' ? (node.children ?? []) : [node]).map(({ value }) => String(value));
  return valueOf(setting, said.join(','), `${where}, ${keyOf(name)}`);
}
