/** One HTTP request on a connection that the test holds, byte for byte what orq-hook sends. */
import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface HttpCall {
  readonly method?: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

/** A connection of its own, kept open between calls until it is closed. */
export interface Connection extends Disposable {
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): void;
}

export function openConnection(socketPath: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const close = (): void => agent.destroy();
  return {
    call: async ({ method = 'POST', path, body, headers = {} }) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const sent = request({ agent, socketPath, method, path, headers: { ...length, ...headers } });
      sent.end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.setEncoding('utf8');
      let text = '';
      for await (const piece of response as AsyncIterable<string>) text += piece;
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        json: () => JSON.parse(text) as unknown,
      };
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** One call on a connection that ends with it. */
export async function httpCall(socketPath: string, call: HttpCall): Promise<HttpAnswer> {
  using connection = openConnection(socketPath);
  return await connection.call(call);
}
