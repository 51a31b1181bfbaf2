/** Reads the settings: flag beats environment beats default. */
import { parseArgs } from 'node:util';
import { OrqError } from '../src/protocol/errors.ts';
import { RUNGS, type Rung } from '../src/agents/rungs.ts';
import type { DeliveryMode } from '../src/protocol/agent.ts';
import { SETTINGS, type LOG_LEVELS, type RULES, type Setting, type SWITCH } from './settings.ts';

/** Above this Node's timers run at once, and a sweep would never pause. */
const LONGEST_TIMER_MS = 2_147_483_647;

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
  readonly autoRestart: (typeof SWITCH)[number];
  readonly errorPatterns: string;
  readonly restartLimit: number;
  readonly restartWindowMs: number;
  readonly restartBackoffMs: number;
  readonly restartQuietMs: number;
  readonly startsAtOnce: number;
  readonly startStaggerMs: number;
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
      autoRestart: text('auto-restart') as Config['autoRestart'],
      errorPatterns: text('error-patterns'),
      restartLimit: Number(text('restart-limit')),
      restartWindowMs: Number(text('restart-window-ms')),
      restartBackoffMs: Number(text('restart-backoff-ms')),
      restartQuietMs: Number(text('restart-quiet-ms')),
      startsAtOnce: Number(text('starts-at-once')),
      startStaggerMs: Number(text('start-stagger-ms')),
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
    'orq-daemon: owns the message queue of coding agents and serves it on a Unix socket\n',
    'usage: orq-daemon [settings]\n',
    ...rows,
    `  --${'welcome'.padEnd(12)} print where it listens and what to try next`,
    '  --help, --version\n',
  ].join('\n');
}
