/** The second rung: a line on the socket on which a session reads messages of other programs of its user. */
import { lstat } from 'node:fs/promises';
import { connect } from 'node:net';

/** How long the socket may take to take the line; milliseconds. */
const TIMEOUT_MS = 2_000;

/** Writes the bell. False where the socket is not the user's own, or nobody takes it: that it was written proves nothing. */
export async function ringInbox(path: string, line: string): Promise<boolean> {
  const file = await lstat(path).catch(() => null);
  if (!file?.isSocket() || file.uid !== process.getuid?.()) return false;
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (rung: boolean): void => {
      socket.destroy();
      resolve(rung);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.on('error', () => end(false));
    // The shape that 2.1.224 to 2.1.330 read.
    const message = { type: 'user', message: { role: 'user', content: line.trim() } };
    socket.end(`${JSON.stringify(message)}\n`, () => {
      socket.setTimeout(0);
      socket.on('close', () => resolve(true));
      socket.destroySoon();
    });
  });
}
