/** The settings of restarts, a part of the one table. */
import type { Setting } from './setting.ts';

const SWITCH = ['on', 'off'] as const;

const HUNG_ACTIONS = ['off', 'report', 'restart'] as const;

export const RESTART_SETTINGS = {
  'auto-restart': {
    type: 'word',
    words: SWITCH,
    variable: 'ORQ_AUTO_RESTART',
    effect: 'next start',
    help: 'whether an agent that crashed is started again, where nothing else was said of it',
    fallback: () => 'off',
  },
  'error-patterns': {
    type: 'text',
    variable: 'ORQ_ERROR_PATTERNS',
    effect: 'next start',
    help: 'JSON file of [text, cause] pairs that are looked for in notices before the built-in ones',
    fallback: () => '',
  },
  'restart-limit': {
    type: 'count',
    unit: 'restarts',
    variable: 'ORQ_RESTART_LIMIT',
    effect: 'next start',
    help: 'restarts of an agent within the window; the next crash holds it',
    fallback: () => '5',
  },
  'restart-window-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_WINDOW_MS',
    effect: 'next start',
    help: 'window of the limit',
    fallback: () => '600000',
  },
  'restart-backoff-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_BACKOFF_MS',
    effect: 'next start',
    help: 'least pause between two restarts of an agent; it doubles with each one',
    fallback: () => '2000',
  },
  'restart-quiet-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_RESTART_QUIET_MS',
    effect: 'next start',
    help: 'after so long without a restart of an agent the pauses begin anew',
    fallback: () => '900000',
  },
  'starts-at-once': {
    type: 'count',
    unit: 'starts',
    variable: 'ORQ_STARTS_AT_ONCE',
    effect: 'next start',
    help: 'agents of this machine that may be starting at the same time',
    fallback: () => '2',
  },
  'start-stagger-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_START_STAGGER_MS',
    effect: 'next start',
    help: 'pause between the starts of a fleet, and between the releases of a hold that ends by itself',
    fallback: () => '3000',
  },
  'hung-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_HUNG_MS',
    effect: 'next start',
    help: 'an agent inside a turn that for so long shows no hook, nothing new in its pane and nothing new in its transcript hangs',
    fallback: () => '1800000',
  },
  'hung-action': {
    type: 'word',
    words: HUNG_ACTIONS,
    variable: 'ORQ_HUNG_ACTION',
    effect: 'next start',
    help: 'of an agent that hangs. report: it is told; restart: where it is to be started again when it crashes, its client is ended and started again; off: nobody looks',
    fallback: () => 'report',
  },
  'restart-retention-days': {
    type: 'count',
    unit: 'days',
    variable: 'ORQ_RESTART_RETENTION_DAYS',
    effect: 'next start',
    help: 'how long crashes, restarts, refusals and holds that are over are kept; those that limits count stay as long as they count',
    fallback: () => '90',
  },
} as const satisfies Record<string, Setting>;
