/** Texts without what the old system's senders put around them, at their start and end only. */

const ENSURE_ENTER = '__ENSURE_ENTER__';
const QUOTE = String.raw`(\\?["']|)`;
const START = new RegExp(
  String.raw`^\s*echo\s+${QUOTE}(?:TMUX_MCP_START|MCP_EXECUTE_START)\1\s*(?:;|&&|\n|$)[ \t]*`,
);
const END = new RegExp(
  String.raw`(?:^|\s*(?:;|&&|\n))\s*echo\s+${QUOTE}(?:TMUX_MCP_DONE_\$\?|MCP_EXECUTE_END_\$\?)\1\s*;?\s*$`,
);
const IN_BASH = /^\s*bash\s+-l?c\s+(["'])([^]*)\1\s*$/;
const IN_PARENTHESES = /^\s*\$\(([^]*)\)\s*$/;

/** The text as it was sent, and what was cut off. */
export function sentText(stored: string): { readonly text: string; readonly cut: readonly string[] } {
  const cut = new Set<string>();
  let text = stored;
  for (let before = ''; before !== text;) {
    before = text;
    text = withoutMark(text, cut);
    text = withoutWrapper(text, cut);
  }
  return { text, cut: [...cut] };
}

function withoutMark(text: string, cut: Set<string>): string {
  let rest = text;
  while (rest.trimEnd().endsWith(ENSURE_ENTER)) {
    rest = rest.trimEnd().slice(0, -ENSURE_ENTER.length).trimEnd();
    cut.add(ENSURE_ENTER);
  }
  return rest;
}

function withoutWrapper(text: string, cut: Set<string>): string {
  const inside = IN_BASH.exec(text)?.[2] ?? IN_PARENTHESES.exec(text)?.[1];
  // A message may well be about a shell command: the shell is cut off only around a wrapper.
  const within = inside !== undefined && (START.test(inside) || END.test(inside)) ? inside : text;
  const rest = within.replace(START, '').replace(END, '');
  if (rest !== text) cut.add('wrapper');
  return rest;
}
