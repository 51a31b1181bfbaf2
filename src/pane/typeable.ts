/** What of a text may become keystrokes: nothing in it can leave a paste, submit early, complete, or be taken for a command of the client. */

/** Before a text that the client would take for a command, a shell line or a note: all of these count after blanks as well (2.1.330 ran a pasted ` /help`). */
const LEADS_A_COMMAND = /^\s*[/!#&]/;

const GUARD = 'orq: ';

/** A last word like this opens a menu, and Enter would choose from it. A blank behind it closes the menu. */
const OPENS_A_MENU = /(?:^|\s)[@/]\S*$/;

/** TAB becomes a blank, CRLF and CR become LF; other control characters are dropped, and line feeds around the text. */
export function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\t', ' ')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .replaceAll(/^\n+|\n+$/g, '');
}

/** A text that stays text. */
export function typeableText(text: string): string {
  const clean = withoutControls(text);
  const guarded = LEADS_A_COMMAND.test(clean) ? `${GUARD}${clean.trimStart()}` : clean;
  return OPENS_A_MENU.test(guarded) ? `${guarded} ` : guarded;
}

/** A command that has to run is one line. */
export function typeableCommand(command: string): string {
  return withoutControls(command)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}
