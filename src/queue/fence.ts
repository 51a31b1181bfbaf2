/** How messages stand in what a hook prints: each in a fence that its own text cannot forge, under the client's cap. */
import { referencePath } from './reference.ts';

/** Claude Code cuts an injected value above this many characters (UTF-16 units) to a file; measured on 2.1.197 and 2.1.330. */
export const INJECTION_CAP = 10_000;

/** Kept of the cap for the heading, whose names are not known when messages are chosen. */
export const HEADING_ROOM = 1_500;

/** Longest name shown, in code points. */
const SHOWN_NAME = 80;

export interface Deliverable {
  readonly id: number;
  readonly text: string;
  readonly priority: number;
  readonly from: string | null;
  readonly threadId: string | null;
  readonly replyTo: number | null;
  readonly enqueuedAtMs: number;
  readonly mayHaveBeenSeen: boolean;
  /** orq says it itself: the name is no claim. */
  readonly notice?: boolean;
  /** What orq tells the agent about itself: it stands bare, and is composed so that nothing in it can pass for a message. */
  readonly briefing?: boolean;
}

/** Shows what a terminal or a model could take for something else: every control character but LF and TAB, and the marks that reorder text. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
}

// C0 but TAB and LF, DEL, C1, bidirectional controls, line and paragraph separators, and the tag block that hides text from people.
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** How a message stands in one value: with its whole text, with one part of it, or with the name of the file that holds it. */
export type Form =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly part: number; readonly parts: number }
  /** `again`: the file was written before, for an earlier lease. */
  | { readonly kind: 'file'; readonly again: boolean };

/** A message as one value holds it: `text` is what stands there, of a part that part alone, or what stands in the file. */
export interface Given extends Deliverable {
  readonly form: Form;
}

const BRIEFED_BEFORE = 'orq: this briefing may have been delivered before.\n';

/** One message between two lines that carry `nonce`, which its sender could not know. */
export function fenced(message: Given, nonce: string): string {
  if (message.briefing)
    return message.mayHaveBeenSeen ? `${message.text}\n${BRIEFED_BEFORE}` : `${message.text}\n`;
  const { form } = message;
  const facts = [
    `message ${message.id}`,
    ...(form.kind === 'part' ? [`part ${form.part} of ${form.parts}`] : []),
    saidBy(message),
    `priority ${message.priority}`,
    `sent ${new Date(message.enqueuedAtMs).toISOString()}`,
    ...(message.replyTo === null ? [] : [`reply to ${message.replyTo}`]),
    ...(message.threadId === null ? [] : [`thread ${quoted(message.threadId)}`]),
    ...(message.mayHaveBeenSeen ? ['may have been delivered before'] : []),
  ];
  const what = form.kind === 'part' ? `part ${form.part} of message` : 'message';
  return `[orq ${nonce}] ${facts.join(', ')}\n${bodyOf(message)}\n[orq ${nonce}] end of ${what} ${message.id}\n`;
}

function bodyOf({ id, text, form }: Given): string {
  if (form.kind !== 'file') return visible(text);
  return `Its text has ${Buffer.byteLength(visible(text))} bytes and stands in the file ${referencePath(id)} of this session's working directory.`;
}

function saidBy({ from, notice = false }: Deliverable): string {
  if (from === null) return 'sender not named';
  return notice ? `from ${from} itself` : `from ${quoted(from)} (sender's own claim)`;
}

function quoted(name: string): string {
  const letters = Array.from(name);
  const short = letters.length > SHOWN_NAME ? `${letters.slice(0, SHOWN_NAME).join('')}…` : name;
  return `"${visible(short).replaceAll('\n', '\\u{a}').replaceAll('"', "'")}"`;
}

/**
 * The line above the messages: facts, not commands, because clients take imperatives in injected text for an attack.
 * `orqctl` is the command as this machine's agents can run it.
 */
export function heading(agent: string, count: number, nonce: string, orqctl: string): string {
  const messages = count === 1 ? '1 message' : `${count} messages`;
  return `orq delivered ${messages} for agent ${quoted(agent)}. Each stands between two lines marked [orq ${nonce}]; "${orqctl} reply ID TEXT" answers its sender, "${orqctl} done ID" reports it done.\n`;
}

/** Hexadecimal digits of a fence's or bell's nonce. */
export const NONCE_LENGTH = 16;

/** What the hook prints for `messages`. */
export function rendered(agent: string, messages: readonly Given[], nonce: string, orqctl: string): string {
  const texts = (some: readonly Given[]): string => some.map((message) => fenced(message, nonce)).join('');
  const mail = messages.filter(({ briefing = false }) => !briefing);
  const briefings = texts(messages.filter(({ briefing = false }) => briefing));
  return mail.length === 0 ? briefings : briefings + heading(agent, mail.length, nonce, orqctl) + texts(mail);
}
