/** A captured screen as lines of text, with what is dim told from what is not. */

const ESC = '\u001b';

/** Colours and attributes; then whatever else tmux prints: cursor, titles, character sets. */
const SEQUENCE = new RegExp(
  `${ESC}(?:\\[([0-9;:]*)m|\\[[0-9;:?]*[ -/]*[@-ln-~]|\\][^${ESC}\\u0007]*(?:\\u0007|${ESC}\\\\)|[()][A-Z0-9])`,
  'g',
);

export interface ScreenLine {
  readonly text: string;
  /** Without what is dim: hints and suggestions, which nobody typed. */
  readonly bright: string;
}

interface Ink {
  readonly faint: boolean;
  readonly gray: boolean;
  readonly reversed: boolean;
}

interface Piece {
  readonly text: string;
  readonly isDim: boolean;
  readonly isReversed: boolean;
}

const PLAIN: Ink = { faint: false, gray: false, reversed: false };

/** Attributes of one line go on in the next (tmux 3.3a). */
export function screenLines(captured: string): ScreenLine[] {
  let ink = PLAIN;
  return captured.split('\n').map((raw) => {
    const pieces: Piece[] = [];
    let from = 0;
    const take = (until: number): void => {
      const text = raw.slice(from, until);
      if (text !== '') pieces.push({ text, isDim: ink.faint || ink.gray, isReversed: ink.reversed });
    };
    for (const found of raw.matchAll(SEQUENCE)) {
      take(found.index);
      from = found.index + found[0].length;
      if (found[1] !== undefined) ink = dipped(ink, found[1]);
    }
    take(raw.length);
    const bright = pieces.filter((piece, at) => !piece.isDim && !isCursorOnHint(piece, pieces[at + 1]));
    const joined = (parts: readonly Piece[]): string =>
      parts
        .map(({ text }) => text)
        .join('')
        .trimEnd();
    return { text: joined(pieces), bright: joined(bright) };
  });
}

/** The cursor stands on the first letter of a hint, and shows it reversed. Behind a draft it stands on a blank. */
function isCursorOnHint({ text, isReversed }: Piece, next: Piece | undefined): boolean {
  return isReversed && [...text].length === 1 && next?.isDim === true;
}

/** SGR 2, 90 and 38;5;8 are dim; any other colour is not, and 0 and 22 end it. */
function dipped(before: Ink, parameters: string): Ink {
  const codes = parameters.split(/[;:]/).map(Number);
  let ink = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) ink = PLAIN;
    else if (code === 2) ink = { ...ink, faint: true };
    else if (code === 22) ink = { ...ink, faint: false };
    else if (code === 7 || code === 27) ink = { ...ink, reversed: code === 7 };
    else if (code === 90) ink = { ...ink, gray: true };
    else if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      if (code === 38) ink = { ...ink, gray: isIndexed && codes[at + 2] === 8 };
      at += isIndexed ? 2 : 4;
    } else if ((code >= 30 && code <= 39) || (code >= 91 && code <= 97)) ink = { ...ink, gray: false };
  }
  return ink;
}
