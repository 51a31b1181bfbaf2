/** How messages stand in what a hook prints: each in a fence that its own text cannot forge, under the client's cap. */

/** Claude Code cuts an injected value above this many characters (UTF-16 units) to a file; measured on 2.1.197 and 2.1.330. */
export const INJECTION_CAP = 10_000;

/** Kept of the cap for the heading, whose names are not known when a message is taken in. */
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
}

/** Shows what a terminal or a model could take for something else: every control character but LF and TAB, and the marks that reorder text. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
}

// C0 but TAB and LF, DEL, C1, bidirectional controls, line and paragraph separators, and the tag block that hides text from people.
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** One message between two lines that carry `nonce`, which its sender could not know. */
export function fenced(message: Deliverable, nonce: string): string {
  const facts = [
    `message ${message.id}`,
    message.from === null ? 'sender not named' : `from ${quoted(message.from)} (sender's own claim)`,
    `priority ${message.priority}`,
    `sent ${new Date(message.enqueuedAtMs).toISOString()}`,
    ...(message.replyTo === null ? [] : [`reply to ${message.replyTo}`]),
    ...(message.threadId === null ? [] : [`thread ${quoted(message.threadId)}`]),
    ...(message.mayHaveBeenSeen ? ['may have been delivered before'] : []),
  ];
  return `[orq ${nonce}] ${facts.join(', ')}\n${visible(message.text)}\n[orq ${nonce}] end of message ${message.id}\n`;
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

/** How many UTF-16 units a message is too long for one injected value, 0 where it fits. */
export function unitsOverCap(message: Deliverable): number {
  const longest = lengthOf({ ...message, mayHaveBeenSeen: true });
  return Math.max(0, longest + HEADING_ROOM - INJECTION_CAP);
}

/** Hexadecimal digits of a fence's or bell's nonce. */
export const NONCE_LENGTH = 16;

/** Every nonce is as long as this one. */
const SOME_NONCE = '0'.repeat(NONCE_LENGTH);

function lengthOf(message: Deliverable): number {
  return fenced(message, SOME_NONCE).length;
}

/** The longest run of `messages` from the first on, whole and in order, that fits `capUnits` with its heading; nothing overtakes one that does not fit. */
export function fit<M extends Deliverable>(messages: Iterable<M>, capUnits: number): M[] {
  let left = capUnits - HEADING_ROOM;
  const fitting: M[] = [];
  for (const message of messages) {
    left -= lengthOf(message);
    if (left < 0) break;
    fitting.push(message);
  }
  return fitting;
}

/** What the hook prints for `messages`. */
export function rendered(
  agent: string,
  messages: readonly Deliverable[],
  nonce: string,
  orqctl: string,
): string {
  return (
    heading(agent, messages.length, nonce, orqctl) +
    messages.map((message) => fenced(message, nonce)).join('')
  );
}
