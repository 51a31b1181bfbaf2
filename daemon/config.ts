/** The one table of settings: parser, `--help` and documents derive from it. Flag beats environment beats default. */
import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OrqError } from '../src/protocol/errors.ts';
import { RUNGS, type Rung } from '../src/agents/rungs.ts';
import { DELIVERY_MODES, type DeliveryMode } from '../src/protocol/agent.ts';
import { socketPath, stateDir } from '../src/protocol/places.ts';

interface Setting {
  readonly type: 'text' | 'count' | 'cap' | 'word' | 'words';
  readonly variable: string;
  readonly unit?: string;
  readonly words?: readonly string[];
  readonly help: string;
  readonly fallback: (env: NodeJS.ProcessEnv) => string;
}

/** Above this Node's timers run at once, and a sweep would never pause. */
const LONGEST_TIMER_MS = 2_147_483_647;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const RULES = ['needed', 'all'] as const;

const SWITCH = ['on', 'off'] as const;

export const SETTINGS = {
  socket: {
    type: 'text',
    variable: 'ORQ_SOCKET',
    help: 'Unix socket to listen on',
    fallback: (env) => socketPath(env, { uid: process.getuid?.() ?? 0, home: homedir(), exists: existsSync }),
  },
  'state-dir': {
    type: 'text',
    variable: 'ORQ_STATE_DIR',
    help: 'folder of the database, its lock and its backups',
    fallback: (env) => stateDir(env, homedir()),
  },
  'log-level': {
    type: 'word',
    words: LOG_LEVELS,
    variable: 'ORQ_LOG_LEVEL',
    help: 'least level that is logged',
    fallback: () => 'info',
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
    fallback: () => '',
  },
  'tmux-sweep-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_TMUX_SWEEP_MS',
    help: 'pause between looks at the tmux servers that hooks or settings named',
    fallback: () => '2000',
  },
  'tmux-events': {
    type: 'word',
    words: SWITCH,
    variable: 'ORQ_TMUX_EVENTS',
    help: 'on: a control client in each tmux server tells of changes at once, over which many versions of tmux may crash; off: the next look finds them',
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
    fallback: () => 'pull',
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
    help: 'needed: a rebrief only names a CLAUDE.md that Claude Code loads again by itself; all: it repeats each',
    fallback: () => 'needed',
  },
  'retention-days': {
    type: 'count',
    unit: 'days',
    variable: 'ORQ_RETENTION_DAYS',
    help: 'how long a delivered, dead or cancelled message is kept after its end',
    fallback: () => '30',
  },
} as const satisfies Record<string, Setting>;

export interface Config {
  readonly socket: string;
  readonly stateDir: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly silentMs: number;
  readonly sweepMs: number;
  readonly tmuxSockets: string;
  readonly tmuxSweepMs: number;
  readonly tmuxEvents: (typeof SWITCH)[number];
  readonly coalesceMs: number;
  readonly rungs: readonly Rung[];
  readonly defaultMode: DeliveryMode;
  readonly pairRate: number;
  readonly agentRate: number;
  readonly maxHops: number;
  readonly rebriefRules: (typeof RULES)[number];
  readonly retentionDays: number;
  readonly welcome: boolean;
}

export type Invocation = { readonly run: Config } | { readonly print: 'help' | 'version' };

/** Reads flags and environment. @throws OrqError bad_setting that names the setting. */
export function readConfig(words: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const flags = parseFlags(words);
  if (flags['help']) return { print: 'help' };
  if (flags['version']) return { print: 'version' };
  const text = (name: keyof typeof SETTINGS): string => {
    const setting: Setting = SETTINGS[name];
    const flag = flags[name];
    const given = typeof flag === 'string' ? flag : env[setting.variable];
    return check(name, setting, given === undefined || given === '' ? setting.fallback(env) : given);
  };
  return {
    run: {
      socket: text('socket'),
      stateDir: text('state-dir'),
      logLevel: text('log-level') as Config['logLevel'],
      silentMs: Number(text('silent-ms')),
      sweepMs: Number(text('sweep-ms')),
      tmuxSockets: text('tmux-sockets'),
      tmuxSweepMs: Number(text('tmux-sweep-ms')),
      tmuxEvents: text('tmux-events') as Config['tmuxEvents'],
      coalesceMs: Number(text('coalesce-ms')),
      rungs: RUNGS.filter((rung) => text('rungs').split(',').includes(rung)),
      defaultMode: text('default-mode') as DeliveryMode,
      pairRate: Number(text('pair-rate')),
      agentRate: Number(text('agent-rate')),
      maxHops: Number(text('max-hops')),
      rebriefRules: text('rebrief-rules') as Config['rebriefRules'],
      retentionDays: Number(text('retention-days')),
      welcome: flags['welcome'] === true,
    },
  };
}

function parseFlags(words: readonly string[]): Record<string, string | boolean | undefined> {
  const settings = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, { type: 'string' as const }]),
  );
  const flags = {
    help: { type: 'boolean' as const },
    version: { type: 'boolean' as const },
    welcome: { type: 'boolean' as const },
  };
  try {
    return parseArgs({ args: [...words], options: { ...settings, ...flags } }).values;
  } catch (error) {
    throw new OrqError('bad_setting', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function check(name: string, { type, variable, words, unit }: Setting, given: string): string {
  const where = `setting ${name} (--${name}, ${variable})`;
  if (type === 'count' && !(/^[1-9]\d{0,11}$/.test(given) && Number(given) <= LONGEST_TIMER_MS))
    throw new OrqError(
      'bad_setting',
      `${where}: "${given}" is not a whole number of ${unit} from 1 to ${LONGEST_TIMER_MS}`,
    );
  if (type === 'cap' && !/^\d{1,6}$/.test(given))
    throw new OrqError('bad_setting', `${where}: "${given}" is not a whole number from 0 to 999999`);
  if (type === 'words' && given.split(',').some((word) => words?.includes(word) !== true))
    throw new OrqError('bad_setting', `${where}: "${given}" is no list of ${words?.join(', ')}`);
  if (type === 'word' && words?.includes(given) !== true)
    throw new OrqError('bad_setting', `${where}: "${given}" is none of ${words?.join(', ')}`);
  return given;
}

/** The text of `orq-daemon --help`. */
export function helpText(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { variable, help }]) =>
      `  --${name.padEnd(12)} ${help}\n  ${''.padEnd(14)} environment: ${variable}`,
  );
  return [
    'orq-daemon: owns the message queue of coding agents and serves it on a Unix socket',
    '',
    'usage: orq-daemon [settings]',
    '',
    ...rows,
    `  --${'welcome'.padEnd(12)} print where it listens and what to try next`,
    '  --help, --version',
    '',
  ].join('\n');
}
