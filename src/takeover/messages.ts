/** The old queue's rows as messages, or as drops with their reason; pure, so that a dry run says what would be done. */
import type { ExportedMessage } from '../protocol/export-schemas.ts';
import { MAX_PRIORITY, MAX_TEXT_BYTES, MIN_PRIORITY, type MessageState } from '../protocol/message.ts';
import { judgeDependencies, type Verdict, type Waiting } from './dependencies.ts';
import { isGenerated } from './generated.ts';
import { agentMeant, NO_AGENT, type LegacySession, type Meant } from './legacy-agent.ts';
import { numberOf, textOf, type LegacyContents, type LegacyRow } from './legacy-row.ts';
import { sentText } from './legacy-text.ts';
import { legacyTime } from './legacy-time.ts';
import type { RowReport } from './report.ts';

export interface MessagesTaken {
  /** In the order in which they would have been delivered among equals. */
  readonly messages: readonly ExportedMessage[];
  readonly rows: readonly RowReport[];
  readonly agents: readonly NonNullable<Meant['known']>[];
  /** Rows of an order across agents, which no reader of the old system kept. */
  readonly scopesDropped: number;
}

/** A name for what a row says, so that it is known again in a copy, at another path, or after a migration. */
export type Fingerprint = (words: readonly (string | null)[]) => string;

interface Draft {
  readonly row: LegacyRow;
  readonly meant: Meant | null;
  readonly text: string;
  readonly priority: number;
  readonly becomes: MessageState | 'dropped';
  readonly reason: string | null;
  readonly changes: string[];
  readonly enqueuedAtMs: number;
}

export function takeMessages(
  { rows, sequenceLost, shape }: Pick<LegacyContents, 'rows' | 'sequenceLost' | 'shape'>,
  sessions: readonly LegacySession[],
  { fingerprint, nowMs }: { fingerprint: Fingerprint; nowMs: number },
): MessagesTaken {
  const drafts = rows.map((row) => draftOf(row, sessions, nowMs));
  const byTime = sequenceLost || shape === 'v0';
  const rank = ({ row, enqueuedAtMs }: Draft): number =>
    byTime ? enqueuedAtMs : (numberOf(row.sequence) ?? Number.MAX_SAFE_INTEGER);
  const ordered = drafts.toSorted((a, b) => rank(a) - rank(b) || a.row.id - b.row.id);
  const waiting = new Map<number, Waiting>(
    drafts.map(({ row, becomes }) => [row.id, { becomes, dependencyId: numberOf(row.dependencyId) }]),
  );
  const judge = judgeDependencies(waiting);
  const keyOf = ({ row }: Draft): string =>
    `${fingerprint([textOf(row.agent), textOf(row.text), textOf(row.enqueuedAt)])}:${row.id}`;
  const keys = new Map(drafts.map((draft) => [draft.row.id, keyOf(draft)]));
  const taken = ordered.map((draft) => settle(draft, judge(draft.row.id), keys));
  const agents = new Map(
    ordered.flatMap(({ meant }) => (meant?.known ? [[meant.known.id, meant.known]] : [])),
  );
  return {
    messages: taken.flatMap(({ message }) => message ?? []),
    rows: taken.map(({ report }) => report),
    agents: [...agents.values()],
    scopesDropped: rows.filter(({ scope }) => !['agent', null].includes(textOf(scope))).length,
  };
}

function draftOf(row: LegacyRow, sessions: readonly LegacySession[], nowMs: number): Draft {
  const changes: string[] = [];
  const { text, cut } = sentText(textOf(row.text) ?? '');
  changes.push(...cut.map((what) => `${what} cut off`));
  const priority = priorityOf(row, changes);
  const enqueuedAt = legacyTime(row.enqueuedAt);
  if (enqueuedAt === null) changes.push('enqueued_at cannot be read: now');
  const meant = agentMeant(textOf(row.agent), sessions);
  const old = textOf(row.agent)?.trim();
  if (meant && old !== meant.agent) changes.push(`agent ${old} is ${meant.agent}`);
  const { becomes, reason } = fate(row, { text, priority, meant });
  return {
    row,
    meant,
    text,
    priority,
    becomes,
    reason,
    changes,
    enqueuedAtMs: Math.min(enqueuedAt ?? nowMs, nowMs),
  };
}

function priorityOf({ priority: cell }: LegacyRow, changes: string[]): number {
  const given = cell === null || cell === undefined ? 0 : numberOf(cell);
  const priority = Math.trunc(Math.min(MAX_PRIORITY, Math.max(MIN_PRIORITY, given ?? 0)));
  if (priority !== given) changes.push(`priority ${textOf(cell)} is ${priority}`);
  return priority;
}

function fate(
  row: LegacyRow,
  { text, priority, meant }: { text: string; priority: number; meant: Meant | null },
): { becomes: MessageState | 'dropped'; reason: string | null } {
  const status = textOf(row.status);
  const tooLong = new TextEncoder().encode(text).length > MAX_TEXT_BYTES;
  if (tooLong) return { becomes: 'dropped', reason: `the text is longer than ${MAX_TEXT_BYTES} bytes` };
  if (status === 'delivered') return { becomes: 'delivered', reason: null };
  if (status === 'pending' && isGenerated(text, priority))
    return { becomes: 'dropped', reason: 'made by the old system itself, and over' };
  if (meant === null)
    return { becomes: 'dead', reason: `no agent: ${JSON.stringify(textOf(row.agent) ?? '')}` };
  if (text.trim() === '') return { becomes: 'cancelled', reason: 'no text' };
  if (status === 'pending' || status === 'pulled') return { becomes: 'ready', reason: null };
  return { becomes: 'dead', reason: `unknown status: ${status === null ? 'none' : JSON.stringify(status)}` };
}

/** What stands where a message without a text is kept. */
const EMPTY = '(no text)';

function settle(
  draft: Draft,
  verdict: Verdict,
  keys: ReadonlyMap<number, string>,
): { report: RowReport; message: ExportedMessage | null } {
  const { row, meant, text, priority, changes, enqueuedAtMs } = draft;
  const agent = meant?.agent ?? NO_AGENT;
  const { becomes, reason } = withDependency(draft, verdict);
  const lost = verdict.kind === 'released' ? [`does not wait: ${verdict.why}`] : [];
  const report = { id: row.id, agent, becomes, reason, changes: [...changes, ...lost] };
  if (becomes === 'dropped') return { report, message: null };
  const pulledAtMs = legacyTime(row.pulledAt) ?? enqueuedAtMs;
  const isOver = becomes === 'delivered' || becomes === 'dead' || becomes === 'cancelled';
  const key = keys.get(row.id) ?? '';
  const message: ExportedMessage = {
    id: key,
    idempotencyKey: `legacy:${key}`,
    agent,
    text: text.trim() === '' ? EMPTY : text,
    state: becomes,
    priority,
    project: textOf(row.project)?.trim().slice(0, 200) || (meant?.project ?? null),
    attempts: textOf(row.status) === 'pulled' || becomes === 'delivered' ? 1 : 0,
    enqueuedAtMs,
    reason,
    ...(row.sameAs && { sameAs: row.sameAs }),
    ...(isOver && { endedAtMs: (becomes === 'delivered' && legacyTime(row.deliveredAt)) || pulledAtMs }),
    ...(verdict.kind === 'waits' && {
      after: [keys.get(verdict.after) ?? ''],
      onDependencyFailure: 'release',
    }),
  };
  return { report, message };
}

function withDependency({ becomes, reason }: Draft, verdict: Verdict): Pick<RowReport, 'becomes' | 'reason'> {
  if (verdict.kind === 'circle')
    return { becomes: 'dead', reason: `rows ${verdict.rows.join(', ')} wait for each other` };
  return verdict.kind === 'waits'
    ? { becomes: 'blocked', reason: `waits for row ${verdict.after}` }
    : { becomes, reason };
}
