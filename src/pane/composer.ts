/** Reads the input box of Claude Code from the bytes of `capture-pane -e`: a veto and a second opinion, never a proof. */

import { screenLines } from './screen-lines.ts';

const RULE = /^─{20,}/;
const PROMPT = /^❯[\u00a0 ]?/;
const CHOICE = /^\s*❯\s*\d+\.\s/m;
const DIALOG = /\b(?:Esc to (?:cancel|close|go back)|Enter to (?:confirm|select)|Do you want to)\b/i;
/** The status line, which a narrow pane cuts, or the line above the box that moves while a turn runs. */
const RUNNING = /\besc to interrupt\b|^[·✢✳✶✻✽∗*] \S+…/im;
const QUEUED = /Press up to edit queued messages/i;
const PASTED = /^\[Pasted text #\d+(?: \+\d+ lines)?\]$/;

/** Lines below and above the box that belong to it: status and what the running turn says of itself. */
const AROUND = 8;

export interface Composer {
  /** What stands in the box, its lines as shown; '' where it is empty or shows a hint only. */
  readonly draft: string;
  /** The client says that a turn runs. */
  readonly isRunning: boolean;
  /** The client took a text during a turn and keeps it for later. */
  readonly hasQueued: boolean;
}

export type Screen = ({ readonly shows: 'composer' } & Composer) | { readonly shows: 'dialog' | 'nothing' };

/** The box counts where a rule stands above and below it: the prompt sign alone also stands in menus and in what was said before. */
export function readScreen(captured: string): Screen {
  const screen = screenLines(captured);
  const lines = screen.map(({ text }) => text);
  const top = lines.findLastIndex((line, at) => PROMPT.test(line) && RULE.test(lines[at - 1] ?? ''));
  const height = top < 0 ? -1 : lines.slice(top).findIndex((line) => RULE.test(line));
  if (height < 0) {
    const end = lines.join('\n').trimEnd();
    return { shows: CHOICE.test(end) || DIALOG.test(end) ? 'dialog' : 'nothing' };
  }
  const around = lines.slice(Math.max(0, top - AROUND), top + height + AROUND).join('\n');
  const below = lines.slice(top + height + 1).join('\n');
  if (CHOICE.test(below)) return { shows: 'dialog' };
  const draft = screen.slice(top, top + height).map(({ bright }) => bright.replace(PROMPT, '').trim());
  return {
    shows: 'composer',
    draft: draft.join('\n').trim(),
    isRunning: RUNNING.test(around),
    hasQueued: QUEUED.test(around),
  };
}

/** Whether a draft is exactly this text: a box wraps lines and indents them, and shows a long paste as a mark that a human cannot type. */
export function holdsExactly(draft: string, text: string): boolean {
  return isPasteMark(draft) ? isLong(text) : bare(draft) === bare(text);
}

/** Whether a draft is one long paste: the mark does not say whose. */
export function isPasteMark(draft: string): boolean {
  return PASTED.test(draft);
}

/** Whether the text stands in the draft among other words. */
export function holdsAmongOthers(draft: string, text: string): boolean {
  return bare(draft).includes(bare(text)) || /\[Pasted text #\d+/.test(draft);
}

function bare(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

/** Below this the client shows a paste as it is (2.1.197 and 2.1.330: 800 characters, a few lines). */
function isLong(text: string): boolean {
  return text.length > 200 || text.includes('\n');
}
