/** The one table of settings: parser, `--help` and documents derive from it. */
import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import { RUNGS } from '../src/agents/rungs.ts';
import { DELIVERY_MODES } from '../src/protocol/agent.ts';
import { socketPath, stateDir } from '../src/protocol/places.ts';

export interface Setting {
  readonly type: 'text' | 'count' | 'cap' | 'word' | 'words';
  readonly variable: string;
  readonly unit?: string;
  readonly words?: readonly string[];
  readonly help: string;
  readonly fallback: (env: NodeJS.ProcessEnv) => string;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export const RULES = ['needed', 'all'] as const;

export const SWITCH = ['on', 'off'] as const;

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
  'auto-restart': {
    type: 'word',
    words: SWITCH,
    variable: 'ORQ_AUTO_RESTART',
    help: 'whether an agent that crashed is started again, where nothing else was said of it',
    fallback: () => 'off',
  },
  'error-patterns': {
    type: 'text',
    variable: 'ORQ_ERROR_PATTERNS',
    help: 'JSON file of [text, cause] pairs that are looked for in notices before the built-in ones',
    fallback: () => '',
  },
  'restart-limit': {
    type: 'count',
    unit: 'restarts',
    variable: 'ORQ_RESTART_LIMIT',
    help: 'restarts of an agent within the window; the next crash holds it',
    fallback: () => '5',
  },
  'restart-window-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_WINDOW_MS',
    help: 'window of the limit',
    fallback: () => '600000',
  },
  'restart-backoff-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_BACKOFF_MS',
    help: 'least pause between two restarts of an agent; it doubles with each one',
    fallback: () => '2000',
  },
  'restart-quiet-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_QUIET_MS',
    help: 'after so long without a restart of an agent the pauses begin anew',
    fallback: () => '900000',
  },
  'starts-at-once': {
    type: 'count',
    unit: 'starts',
    variable: 'ORQ_STARTS_AT_ONCE',
    help: 'agents of this machine that may be starting at the same time',
    fallback: () => '2',
  },
  'start-stagger-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_START_STAGGER_MS',
    help: 'pause between the starts of a fleet, and between the releases of a hold that ends by itself',
    fallback: () => '3000',
  },
  'retention-days': {
    type: 'count',
    unit: 'days',
    variable: 'ORQ_RETENTION_DAYS',
    help: 'how long a delivered, dead or cancelled message is kept after its end',
    fallback: () => '30',
  },
} as const satisfies Record<string, Setting>;
