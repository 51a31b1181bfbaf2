/** How far a long command is, on a terminal only: elsewhere nothing is written. */
import { isatty } from 'node:tty';

const WIDTH = 30;

export interface Progress extends Disposable {
  /** `what`: the part of the work, where it has several. */
  show(done: number, all: number, what?: string): void;
}

/** Draws a line on stderr that its end takes away. */
export function openProgress(whole: string): Progress {
  const { stderr } = process;
  if (!isatty(stderr.fd)) return { show: () => undefined, [Symbol.dispose]: () => undefined };
  let drawn = '';
  return {
    show: (done, all, what = whole) => {
      const share = all === 0 ? 1 : done / all;
      const full = Math.round(share * WIDTH);
      const line = `${what} [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(share * 100)} %`;
      if (line !== drawn) stderr.write(`\r${line.padEnd(drawn.length)}`);
      drawn = line;
    },
    [Symbol.dispose]: () => {
      if (drawn !== '') stderr.write(`\r${' '.repeat(drawn.length)}\r`);
    },
  };
}
