/** Briefings: what orq tells an agent after a compaction or a restart. They are messages outside the order, before all others. */
import { MAX_PRIORITY } from '../protocol/message.ts';
import { fenced, HEADING_ROOM, INJECTION_CAP, visible, type Deliverable } from './fence.ts';

/** Above any that a sender can give. */
export const BRIEFING_PRIORITY = MAX_PRIORITY + 1;

/** So long that one fits where messages stand. */
export const BRIEFING_UNITS = INJECTION_CAP - HEADING_ROOM;

/** Longest excerpt of a message that was delivered; characters. */
export const EXCERPT_LENGTH = 120;

/** Something that stands whole or, where there is no room, by its name. */
interface Passage {
  readonly whole: string;
  readonly named: string;
}

/** What only the daemon knows of it: what it reads from files, and what it draws. */
export interface BriefingMaterial {
  readonly cause: 'compaction' | 'restart' | 'request';
  /** The command as this machine's agents can run it. */
  readonly orqctl: string;
  readonly nonce: string;
  /** The text of the project's own template; the default one where it is bad. */
  readonly template: string | null;
  readonly rules: readonly Passage[];
  /** Branch and uncommitted files of its folder. */
  readonly work: readonly Passage[];
}

/** A message that is open, verbatim between two lines that its sender could not know. */
export function openPassage(message: Deliverable, { nonce, orqctl }: BriefingMaterial): Passage {
  const { id, text, from } = message;
  const sender = from === null ? '' : ` from ${quoted(from)}`;
  return {
    whole: fenced({ ...message, form: { kind: 'whole' } }, nonce).trimEnd(),
    named: `message ${id}${sender}, ${text.length} characters: "${orqctl} show ${id}" has its text`,
  };
}

export interface LastDelivered {
  readonly id: number;
  readonly from: string | null;
  readonly endedAtMs: number;
  /** At most EXCERPT_LENGTH characters. */
  readonly excerpt: string;
}

export function deliveredPassage({ id, from, endedAtMs, excerpt }: LastDelivered): Passage {
  const sender = from === null ? '' : ` from ${quoted(from)}`;
  const named = `message ${id}${sender} was delivered ${new Date(endedAtMs).toISOString()}`;
  return { whole: `${named}; it begins: ${quoted(excerpt)}`, named };
}

export function summaryPassage(
  { text, atMs }: { readonly text: string; readonly atMs: number },
  nonce: string,
): Passage {
  const when = new Date(atMs).toISOString();
  return {
    whole: `[orq ${nonce}] summary of the compaction at ${when}\n${visible(text)}\n[orq ${nonce}] end of summary`,
    named: `a summary of the compaction at ${when}, ${text.length} characters`,
  };
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}
