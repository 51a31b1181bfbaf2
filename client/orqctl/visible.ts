/** Text of others on a terminal: what would move the cursor, reorder the line or hide is written as an escape. */

/** C0, DEL, C1, marks and overrides of direction, separators, invisible joiners, halves of pairs. */
const UNSEEN =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** On one line: line breaks and tabs are escapes too. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) => SHORT[character] ?? escape(character));
}

/** LF and TAB stay as they are. */
export function visibleLines(text: string): string {
  return text.replaceAll(UNSEEN, (character) => (/[\n\t]/.test(character) ? character : escape(character)));
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
