/** A client that sends bytes and shows what came back, for requests that no proper client would make. */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Spoken {
  readonly text: string;
  readonly elapsedMs: number;
}

/** Sends `pieces` and leaves its own side open; resolves when the daemon has closed the connection. */
export async function sendUntilCut(
  socket: string,
  ...pieces: readonly (string | Uint8Array)[]
): Promise<Spoken> {
  const startedMs = performance.now();
  const connection = connect(socket);
  let text = '';
  connection.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  connection.on('error', () => undefined);
  for (const piece of pieces) connection.write(piece);
  await once(connection, 'close');
  return { text, elapsedMs: performance.now() - startedMs };
}

export interface Parsed {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The last answer in `text`. */
export function parsedAnswer(text: string): Parsed {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(pairs), body };
}
