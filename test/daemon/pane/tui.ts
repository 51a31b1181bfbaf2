/**
 * A program with an input box like a coding agent's, for panes of tests: `tui.js LOG [key=value]...`.
 * Every text that is submitted, and every key that a dialog gets, is a line of JSON in LOG.
 */
import { appendFileSync } from 'node:fs';

const [log = '', ...words] = process.argv.slice(2);
const settings = new Map(
  words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
);
const setting = (name: string): string => settings.get(name) ?? '';

let draft = setting('draft');
let enters = Number(setting('swallow'));
let isIn = false;
const slowMs = Number(setting('slow'));
const rule = '─'.repeat(60);

function draw(): void {
  const body =
    setting('screen') === 'dialog'
      ? 'Do you want to proceed?\r\n❯ 1. Yes\r\n  2. No\r\n\r\nEsc to cancel'
      : setting('screen') === 'menu'
        ? 'Rewind\r\n  > (current)'
        : `${setting('screen') === 'busy' ? '✻ Crunching… (3s · esc to interrupt)\r\n' : ''}${rule}\r\n❯\u00a0${draft.replaceAll('\n', '\r\n  ') || (setting('hint') && `\u001b[2m${setting('hint')}\u001b[0m`)}\r\n${rule}\r\n  ? for shortcuts`;
  process.stdout.write(`\u001b[2J\u001b[H${body}`);
}

function say(event: object): void {
  appendFileSync(log, `${JSON.stringify(event)}\n`);
}

function read(bytes: string): void {
  if (setting('screen') === 'dialog' || setting('screen') === 'menu') return say({ key: bytes });
  for (const piece of bytes.split(/(\u001b\[20[01]~|\r)/)) {
    if (piece === '\u001b[200~') isIn = true;
    else if (piece === '\u001b[201~') isIn = false;
    else if (piece === '\r' && !isIn) {
      // The end of a paste and the key in one read: the key is lost, as in the real ones.
      if (bytes !== '\r') continue;
      if (enters > 0) {
        enters -= 1;
        continue;
      }
      say({ text: draft });
      draft = '';
    } else if (piece !== '') {
      say({ pasted: isIn });
      draft += piece;
    }
  }
  draw();
}

process.stdin.setRawMode(true).setEncoding('utf8');
process.stdout.write('\u001b[?2004h');
process.stdin.on('data', (bytes: string) => {
  if (slowMs > 0) setTimeout(read, slowMs, bytes);
  else read(bytes);
});
const typed = setting('types');
if (typed !== '')
  setInterval(() => {
    draft += typed;
    draw();
  }, 100);
draw();
say({ ready: process.pid });
