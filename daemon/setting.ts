/** What one setting may be: how its text is read, whatever it comes from. */
import { OrqError } from '../src/protocol/errors.ts';
import { cronFault } from './maintenance/cron.ts';

export type SettingValue = string | number | readonly string[];

export interface Setting {
  readonly type: 'text' | 'path' | 'count' | 'cap' | 'word' | 'words' | 'cron';
  readonly variable: string;
  /** The old system's name; a count is multiplied by `times` into our unit. */
  readonly legacy?: { readonly variable: string; readonly unit: string; readonly times: number };
  readonly unit?: string;
  readonly words?: readonly string[];
  /** Not to be said in the file: it tells where the file is, or where clients look. */
  readonly inFile?: false;
  /** A change of the file waits for the next start; absent: it takes effect in the daemon that runs. */
  readonly effect?: 'next start';
  readonly help: string;
  readonly fallback: (env: NodeJS.ProcessEnv) => string;
}

/** Above this Node's timers run at once, and a sweep would never pause. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The value that `given` stands for; `where` names the setting and its place. @throws OrqError bad_setting */
export function valueOf(
  { type, words, unit }: Pick<Setting, 'type' | 'words' | 'unit'>,
  given: string,
  where: string,
): SettingValue {
  if (type === 'count' && !(/^[1-9]\d{0,11}$/.test(given) && Number(given) <= LONGEST_TIMER_MS))
    throw refusal(where, `"${given}" is not a whole number of ${unit} from 1 to ${LONGEST_TIMER_MS}`);
  if (type === 'cap' && !/^\d{1,6}$/.test(given))
    throw refusal(where, `"${given}" is not a whole number from 0 to 999999`);
  if (type === 'words') return listOf(words ?? [], given, where);
  if (type === 'word' && words?.includes(given) !== true)
    throw refusal(where, `"${given}" is none of ${words?.join(', ')}`);
  if (type === 'path' && given !== '' && !given.startsWith('/'))
    throw refusal(where, `"${given}" is no absolute path`);
  const fault = type === 'cron' && given !== 'off' ? cronFault(given) : undefined;
  if (fault !== undefined) throw refusal(where, `"${given}" is neither a cron expression nor off (${fault})`);
  return isNumber(type) ? Number(given) : given;
}

/** In the order of the table, whatever the order in which they were said. */
function listOf(words: readonly string[], given: string, where: string): readonly string[] {
  const said = given.split(',');
  if (said.some((word) => !words.includes(word)))
    throw refusal(where, `"${given}" is no list of ${words.join(', ')}`);
  return words.filter((word) => said.includes(word));
}

/** The same for a value of the old system's variable, in its unit. @throws OrqError bad_setting */
export function legacyValueOf(
  setting: Setting,
  { variable, unit, times }: NonNullable<Setting['legacy']>,
  given: string,
): SettingValue {
  const where = `variable ${variable}`;
  const value = valueOf({ ...setting, unit }, given, where);
  return typeof value === 'number' ? valueOf(setting, String(value * times), where) : value;
}

export function isNumber(type: Setting['type']): boolean {
  return type === 'count' || type === 'cap';
}

export function refusal(where: string, fact: string): OrqError {
  return new OrqError('bad_setting', `${where}: ${fact}`);
}
