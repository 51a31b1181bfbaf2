/** Reads the input box of the client from a coloured screen. */
import { stripVTControlCharacters } from 'node:util';

const RULE = /^─{20,}/;
const PROMPT = /^❯[\u00a0 ]?/;

/** Hints and suggestions are dim; what was typed is not. */
function isDim(rawLine: string): boolean {
  return rawLine.split('\u001b[').some((part) => /^(?:[0-9;:]*;)?2m/.test(part));
}

/** The human's draft, `''` when the box is empty or shows only a hint, `undefined` when no box is on the screen. */
export function draftOn(colouredScreen: string): string | undefined {
  const raw = colouredScreen.split('\n');
  const lines = raw.map((line) => stripVTControlCharacters(line).trimEnd());
  const top = lines.findLastIndex((line, index) => PROMPT.test(line) && RULE.test(lines[index - 1] ?? ''));
  if (top < 0) return undefined;
  const length = lines.slice(top).findIndex((line) => RULE.test(line));
  if (length < 0) return undefined;
  if (isDim(raw[top] ?? '')) return '';
  return lines
    .slice(top, top + length)
    .map((line) => line.replace(PROMPT, '').trim())
    .join('\n');
}
