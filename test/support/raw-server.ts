/** A Unix socket server that shows and sends bytes as they are. Bytes are latin1 strings: one character, one byte. */
import { EventEmitter, once } from 'node:events';
import { type Socket, createServer } from 'node:net';

/** One connection, seen from the server. */
export type Peer = {
  readonly socket: Socket;
  /** Everything that arrived so far. */
  received(): string;
  /** Resolves with everything that arrived, as soon as it satisfies `enough`; rejects when the connection ends before. */
  until(enough: (received: string) => boolean): Promise<string>;
  /** The same for a count of bytes, which stays cheap for megabytes. */
  untilBytes(count: number): Promise<string>;
  /** Resolves with everything that arrived until the client's end of stream. */
  ended(): Promise<string>;
  send(bytes: string): void;
};

export type RawServer = AsyncDisposable & {
  readonly path: string;
  /** Resolves with the next connection, in the order of arrival. */
  accept(): Promise<Peer>;
  /** Connections that nobody has accepted yet. */
  readonly pending: number;
  /** Ends all connections and stops listening: a killed daemon, but for the socket file. */
  close(): Promise<void>;
};

/** True when `received` holds a whole request: head, and the body that its Content-Length announces. */
export function isWholeRequest(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, end + 4))?.[1];
  return end >= 0 && received.length >= end + 4 + Number(length ?? 0);
}

function peerOf(socket: Socket): Peer {
  const pieces: string[] = [];
  const arrivals = new EventEmitter();
  let over = false;
  socket.setEncoding('latin1').on('data', (piece: string) => {
    pieces.push(piece);
    arrivals.emit('change');
  });
  const end = () => {
    over = true;
    arrivals.emit('change');
    arrivals.emit('over');
  };
  socket.on('end', end).on('close', end).on('error', end);
  const received = () => pieces.join('');
  const arrived = async (enough: () => boolean) => {
    while (!enough()) {
      if (over) throw new Error(`connection ended after ${socket.bytesRead} bytes`);
      await once(arrivals, 'change');
    }
    return received();
  };
  const until = (enough: (received: string) => boolean) => arrived(() => enough(received()));
  const untilBytes = (count: number) => arrived(() => socket.bytesRead >= count);
  const ended = async () => {
    if (!over) await once(arrivals, 'over');
    return received();
  };
  return { socket, received, until, untilBytes, ended, send: (bytes) => socket.write(bytes, 'latin1') };
}

/** @param options.paused leaves what arrives in the kernel until the test reads it with `peer.socket.resume()` */
export async function openRawServer(path: string, options: { paused?: boolean } = {}): Promise<RawServer> {
  const waiting: Peer[] = [];
  const open = new Set<Socket>();
  const arrivals = new EventEmitter();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: options.paused ?? false }, (socket) => {
    open.add(socket);
    const peer = peerOf(socket);
    if (options.paused) socket.pause();
    waiting.push(peer);
    arrivals.emit('change');
  });
  server.listen(path);
  await once(server, 'listening');
  const close = async () => {
    for (const socket of open) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return {
    path,
    get pending() {
      return waiting.length;
    },
    async accept() {
      for (;;) {
        const peer = waiting.shift();
        if (peer) return peer;
        await once(arrivals, 'change');
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
