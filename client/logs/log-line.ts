/** One line of the daemon's log: which are wanted, and how people read them. */

/** Facts of an event, by name. */
export interface LogLine {
  readonly level: number;
  readonly time: string;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Wanted {
  readonly agent?: string;
  /** Only the one line per hook. */
  readonly hooks: boolean;
}

/** Where stderr leads to the journal each line begins with its priority. */
const PRIORITY = /^<\d>/;

export function textOf(line: string): string {
  return line.replace(PRIORITY, '');
}

/** What is not of pino's own, nor said in front. */
const SAID = ['level', 'time', 'event', 'msg', 'err'];

/** Undefined for a line that is none of the daemon's, like a crash's. */
export function parseLogLine(text: string): LogLine | undefined {
  try {
    const whole = JSON.parse(textOf(text)) as Record<string, unknown>;
    const { level, time, event = '' } = whole;
    if (typeof level !== 'number' || typeof time !== 'string' || typeof event !== 'string') return undefined;
    const facts = Object.entries(whole).filter(([name]) => !SAID.includes(name));
    const { message } = (whole['err'] ?? {}) as { message?: unknown };
    return {
      level,
      time,
      event,
      facts: Object.fromEntries([
        ...facts,
        ...(message === undefined ? [] : [['error', message]]),
      ]) as LogLine['facts'],
    };
  } catch {
    return undefined;
  }
}

export function isWanted({ event, facts }: LogLine, { agent, hooks }: Wanted): boolean {
  if (hooks && event !== 'hook') return false;
  return agent === undefined || namesIn(facts).includes(agent);
}

function namesIn({ agent, agents }: LogLine['facts']): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(agents) ? agents : [];
  return [agent, ...list];
}

/** `time event fact=value …`; a hook in the order of its event, agent, time, leased and proved. */
export function logText({ time, event, facts }: LogLine): string {
  const { hook, agent, ms, leased, proved, ...rest } = facts;
  const order = event === 'hook' ? { hook, agent, ms, leased, proved } : facts;
  const words = Object.entries(event === 'hook' ? { ...order, ...rest } : order)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [time, event, ...words].join(' ');
}
