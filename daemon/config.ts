/** The one table of settings: parser, `--help`, `--print-config`, the file, the document and tests derive from it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { RUNGS } from '../src/agents/rungs.ts';
import { DELIVERY_MODES } from '../src/protocol/agent.ts';
import { DEFAULT_VISIBILITY_MS } from '../src/protocol/message.ts';
import { socketPath, stateDir } from '../src/protocol/places.ts';
import { ALERT_SETTINGS } from './alerts/settings.ts';
import { MAINTENANCE_SETTINGS } from './maintenance/settings.ts';
import { RESTART_SETTINGS } from './restart-settings.ts';
import type { Setting } from './setting.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const RULES = ['needed', 'all'] as const;

const SWITCH = ['on', 'off'] as const;

export const SETTINGS = {
  socket: {
    type: 'text',
    variable: 'ORQ_SOCKET',
    help: 'Unix socket to listen on',
    inFile: false,
    effect: 'next start',
    fallback: (env) => socketPath(env, { uid: process.getuid?.() ?? 0, home: homedir(), exists: existsSync }),
  },
  'state-dir': {
    type: 'text',
    variable: 'ORQ_STATE_DIR',
    help: 'folder of the database, its lock and its backups',
    inFile: false,
    effect: 'next start',
    fallback: (env) => stateDir(env, homedir()),
  },
  'log-level': {
    type: 'word',
    words: LOG_LEVELS,
    variable: 'ORQ_LOG_LEVEL',
    help: 'least level that is logged',
    fallback: () => 'info',
  },
  'log-file': {
    type: 'text',
    variable: 'ORQ_LOG_FILE',
    help: 'file to log to, opened anew at SIGHUP; none: standard error',
    effect: 'next start',
    fallback: () => '',
  },
  'silent-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_SILENT_MS',
    help: 'a session inside a turn that reports nothing for this long, while mail waits, is rung: its turn may have been interrupted',
    fallback: () => '60000',
  },
  'sweep-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_SWEEP_MS',
    help: 'pause between sweeps over time, processes and waiting mail',
    fallback: () => '1000',
  },
  'tmux-sockets': {
    type: 'text',
    variable: 'ORQ_TMUX_SOCKETS',
    help: 'tmux servers to keep in view before a hook names them: paths of their sockets with a colon between them',
    effect: 'next start',
    fallback: () => '',
  },
  'tmux-sweep-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_TMUX_SWEEP_MS',
    help: 'pause between looks at the tmux servers that hooks or settings named',
    effect: 'next start',
    fallback: () => '2000',
  },
  'tmux-events': {
    type: 'word',
    words: SWITCH,
    variable: 'ORQ_TMUX_EVENTS',
    help: 'on: a control client in each tmux server tells of changes at once, over which many versions of tmux may crash; off: the next look finds them',
    effect: 'next start',
    fallback: () => 'off',
  },
  'coalesce-ms': {
    type: 'cap',
    variable: 'ORQ_COALESCE_MS',
    help: 'rings of one agent within this many milliseconds are one, 0 for any; critical and emergency mail does not wait',
    fallback: () => '250',
  },
  rungs: {
    type: 'words',
    words: RUNGS,
    variable: 'ORQ_RUNGS',
    help: 'ways of waking that may be tried, in their order: waiter, inbox, tmux',
    fallback: () => RUNGS.join(','),
  },
  'default-mode': {
    type: 'word',
    words: DELIVERY_MODES,
    variable: 'ORQ_DEFAULT_MODE',
    help: 'how an agent gets its messages until orqctl agent mode says otherwise: pulled by its hooks, or typed',
    effect: 'next start',
    fallback: () => 'pull',
  },
  'visibility-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_VISIBILITY_MS',
    legacy: { variable: 'MESSAGE_TIMEOUT', unit: 's', times: 1000 },
    help: 'how long a lease of a consumer without hooks lives where its request does not say it',
    fallback: () => String(DEFAULT_VISIBILITY_MS),
  },
  'pair-rate': {
    type: 'cap',
    variable: 'ORQ_PAIR_RATE',
    help: 'messages a minute from one sender to one agent, 0 for any; more are scheduled for later',
    fallback: () => '0',
  },
  'agent-rate': {
    type: 'cap',
    variable: 'ORQ_AGENT_RATE',
    help: 'messages a minute to one agent, 0 for any; more are scheduled for later',
    fallback: () => '0',
  },
  'max-hops': {
    type: 'cap',
    variable: 'ORQ_MAX_HOPS',
    help: 'messages that may lead from agent to agent to one more, 0 for any; one beyond is blocked until it is released',
    fallback: () => '0',
  },
  'rebrief-rules': {
    type: 'word',
    words: RULES,
    variable: 'ORQ_REBRIEF_RULES',
    effect: 'next start',
    help: 'needed: a rebrief only names a CLAUDE.md that Claude Code loads again by itself; all: it repeats each',
    fallback: () => 'needed',
  },
  ...RESTART_SETTINGS,
  'retention-days': {
    type: 'count',
    unit: 'days',
    variable: 'ORQ_RETENTION_DAYS',
    help: 'how long a delivered, dead or cancelled message is kept after its end',
    fallback: () => '30',
  },
  ...MAINTENANCE_SETTINGS,
  ...ALERT_SETTINGS,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type Value<Of extends Pick<Setting, 'type'>> = Of extends { readonly type: 'count' | 'cap' }
  ? number
  : Of extends { readonly type: 'words'; readonly words: readonly (infer Word)[] }
    ? readonly Word[]
    : Of extends { readonly words: readonly (infer Word)[] }
      ? Word
      : string;

/** The values of all settings, each under its key in the file. */
export type Config = {
  readonly [Name in SettingName as CamelCase<Name>]: Value<(typeof SETTINGS)[Name]>;
};

/** Name → key in the file, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** `log-level` is `logLevel` in the file. */
export function keyOf(name: SettingName): keyof Config {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof Config;
}

/** What the old system read and orq has no setting for; why it changes nothing here. */
export const LEGACY_VARIABLES = {
  QUEUE_DB_PATH: 'the database of the old system: a source for an import, never the file of this daemon',
  DIRECT_DELIVERY_TIMEOUT: 'how long typing is waited for is decided by what the pane shows',
  ENABLE_HOOKS_QUEUE: 'hooks are on where they are installed',
  HOOKS_ENABLED: 'hooks are on where they are installed',
} as const satisfies Record<string, string>;
