/**
 * What one hook is given: a run of whole messages that fits, or, where the first is too long for one value, one part of it, or the name of a file.
 * Parts follow each other over as many hooks as it takes; nothing overtakes them, so a higher priority that comes meanwhile waits for the last.
 */
import { fenced, HEADING_ROOM, NONCE_LENGTH, visible, type Deliverable, type Given } from './fence.ts';

/** Every nonce is as long as this one. */
const SOME_NONCE = '0'.repeat(NONCE_LENGTH);

/** No part has a higher number: a text of the greatest length in the longest escapes has fewer. */
const LONGEST_FACTS = { kind: 'part', part: 9999, parts: 9999 } as const;

/** A text of more parts becomes a file where there is a place for one. */
const MAX_PARTS = 3;

/**
 * The next messages from the first on, in order, as one value of `capUnits` UTF-16 units holds them with its heading. `mayReference`: files
 * can be written for the session.
 */
export function chosen<M extends Deliverable>(
  messages: Iterable<M>,
  capUnits: number,
  mayReference: boolean,
): (M & Given)[] {
  let left = capUnits - HEADING_ROOM;
  const run: (M & Given)[] = [];
  for (const message of messages) {
    const whole = { ...message, form: { kind: 'whole' } } as const;
    left -= fenced(whole, SOME_NONCE).length;
    if (left < 0) return run.length > 0 ? run : [long(message, capUnits, mayReference)];
    run.push(whole);
  }
  return run;
}

/** A file stands alone like a part, so that a part can take its place where it cannot be written. */
function long<M extends Deliverable>(message: M, capUnits: number, mayReference: boolean): M & Given {
  const first = partOf(message, 1, capUnits);
  const tooMany = first.form.kind === 'part' && first.form.parts > MAX_PARTS;
  return tooMany && mayReference ? { ...message, form: { kind: 'file', again: false } } : first;
}

/**
 * Part `part`, from 1, of a message that stands in parts. The same message falls into the same parts at every hook.
 * @throws where it has fewer.
 */
export function partOf<M extends Deliverable>(message: M, part: number, capUnits: number): M & Given {
  const parts = split(message, capUnits);
  const text = parts[part - 1];
  if (text === undefined) throw new Error(`message ${message.id}: has ${parts.length} parts, not ${part}`);
  return { ...message, text, form: { kind: 'part', part, parts: parts.length } };
}

/** The part that comes next where `partsLeft` are left. */
export function nextPartOf<M extends Deliverable>(
  message: M,
  partsLeft: number,
  capUnits: number,
): M & Given {
  return partOf(message, split(message, capUnits).length - partsLeft + 1, capUnits);
}

/** How many parts come after this one. */
export function partsAfter({ form }: Given): number | null {
  return form.kind === 'part' ? form.parts - form.part : null;
}

/** A longer end of a part than this is no beginning of an escape. */
const LONGEST_ESCAPE = '\\u{10ffff}'.length;

/** What an escape looks like that a cut would leave without its end; a text that only looks so loses nothing by a shorter part. */
const HALF_ESCAPE = /\\(?:u(?:\{[0-9a-f]{0,6})?)?$/;

/** Cut from what the agent sees: no surrogate pair and no escape falls into two parts. */
function split(message: Deliverable, capUnits: number): string[] {
  const empty = { ...message, text: '', mayHaveBeenSeen: true, form: LONGEST_FACTS };
  const room = Math.max(capUnits - HEADING_ROOM - fenced(empty, SOME_NONCE).length, 2 * LONGEST_ESCAPE);
  const text = visible(message.text);
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > room) {
    const end = start + room;
    const half = HALF_ESCAPE.exec(text.slice(end - LONGEST_ESCAPE, end));
    const cut = half ? end - half[0].length : end - (isInsidePair(text, end) ? 1 : 0);
    parts.push(text.slice(start, cut));
    start = cut;
  }
  return [...parts, text.slice(start)];
}

function isInsidePair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
