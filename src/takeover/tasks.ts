/** The old scheduler's tasks as schedules and messages. */
import type { ExportedMessage, ImportPage } from '../protocol/export-schemas.ts';
import { roleMeant, type LegacySession } from './legacy-agent.ts';
import { numberOf, textOf, type LegacyTask } from './legacy-row.ts';
import type { Fingerprint } from './messages.ts';
import type { TaskReport } from './report.ts';

const MINUTE_MS = 60_000;
/** The old scheduler parked a task that had failed too often this far ahead. */
const YEAR_MS = 365 * 24 * 3_600_000;
const LONGEST_MINUTES = 31_557_600_000 / MINUTE_MS;
const BACKOFF = ' (credit backoff)';
const FLOOD = /^Agent \S+ completed: /;
const MAX_NOTE = 100_000;

export interface TasksTaken {
  readonly schedules: NonNullable<ImportPage['schedules']>;
  readonly messages: readonly ExportedMessage[];
  readonly tasks: readonly TaskReport[];
}

interface Context {
  readonly sessions: readonly LegacySession[];
  /** Whether a tmux session is still known. */
  readonly isKnown: (session: string) => boolean;
  readonly fingerprint: Fingerprint;
  readonly nowMs: number;
}

type Outcome = Pick<TasksTaken, 'schedules' | 'messages'> & { readonly task: TaskReport };

export function takeTasks(tasks: readonly LegacyTask[], context: Context): TasksTaken {
  const seen = new Set<string>();
  const outcomes = tasks.map((task) => takeOne(task, context, seen));
  return {
    schedules: outcomes.flatMap(({ schedules }) => schedules),
    messages: outcomes.flatMap(({ messages }) => messages),
    tasks: outcomes.map(({ task }) => task),
  };
}

function takeOne(
  task: LegacyTask,
  { sessions, isKnown, fingerprint, nowMs }: Context,
  seen: Set<string>,
): Outcome {
  const session = textOf(task.session)?.trim() ?? '';
  const role = textOf(task.role)?.trim() ?? '';
  const { note, intervalMinutes } = withoutBackoff(task);
  const meant = session === '' ? null : roleMeant(session, role, textOf(task.window), sessions);
  const agent = meant?.agent ?? `${session}:${role}`;
  const drop = (reason: string): Outcome => ({
    schedules: [],
    messages: [],
    task: { id: task.id, agent, becomes: 'dropped', reason },
  });
  const nextRunMs = nextRunOf(task);
  const key = fingerprint([session, role, note]);
  if (FLOOD.test(note)) return drop('a notice that somebody was done');
  if (numberOf(task.retryCount) === -1 || nextRunMs >= nowMs + YEAR_MS) return drop('parked after failures');
  if (!meant || !isKnown(session)) return drop('its session is gone');
  if (seen.has(key)) return drop('the same as another one of this role');
  seen.add(key);
  const text = `SCHEDULED CHECK-IN: ${note.slice(0, MAX_NOTE)}`.trim();
  const project = meant.project;
  const isDue = nextRunMs <= nowMs;
  const message: ExportedMessage = {
    id: `task:${key}`,
    idempotencyKey: `legacy:task:${key}`,
    agent,
    text,
    project,
    state: isDue ? 'ready' : 'scheduled',
    readyAtMs: isDue ? nowMs : nextRunMs,
    namesTime: !isDue,
  };
  if (intervalMinutes <= 0)
    return {
      schedules: [],
      messages: [message],
      task: { id: task.id, agent, becomes: 'message', reason: null },
    };
  const everyMs = Math.max(1, Math.round(Math.min(intervalMinutes, LONGEST_MINUTES))) * MINUTE_MS;
  const schedule = { agent, text, everyMs, name: `takeover-${key}`, ...(project !== null && { project }) };
  return {
    schedules: [
      {
        item: `task:${key}`,
        schedule,
        anchorMs: isDue ? nowMs : Math.max(0, Math.min(nowMs, nextRunMs - everyMs)),
      },
    ],
    messages: isDue ? [message] : [],
    task: { id: task.id, agent, becomes: 'schedule', reason: isDue ? 'overdue: runs once now' : null },
  };
}

/** Epoch milliseconds; what is no number was due at once. */
function nextRunOf({ nextRun }: LegacyTask): number {
  return typeof nextRun === 'string' ? 0 : Math.round((numberOf(nextRun) ?? 0) * 1000);
}

/** Each time that the credit was out doubled the interval and said so at the end of the note. */
function withoutBackoff({ note: cell, intervalMinutes: minutes }: LegacyTask): {
  note: string;
  intervalMinutes: number;
} {
  let note = textOf(cell) ?? '';
  let intervalMinutes = numberOf(minutes) ?? 0;
  while (note.endsWith(BACKOFF)) {
    note = note.slice(0, -BACKOFF.length);
    intervalMinutes /= 2;
  }
  return { note, intervalMinutes };
}
