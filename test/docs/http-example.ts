/**
 * Examples of HTTP in a document: lines after `>` are sent, lines after `<` are expected. An answer has to have exactly the fields of its example;
 * `…` stands for any text, a field `…` for any further fields, and fields of the machine (times, sizes, paths) need only their type.
 */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';

interface Example {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly status: number;
  readonly expectedHeaders: Record<string, string>;
  readonly expectedBody: string;
}

const OF_THE_MACHINE = /Ms$|Bytes$|^(?:pid|socket|stateDir|hookClient)$/;

/** The examples of a block, one after each blank line. */
export function parseExamples(block: string): Example[] {
  return block
    .trim()
    .split('\n\n')
    .map((text) => {
      const side = (mark: string) =>
        text
          .split('\n')
          .filter((line) => line.startsWith(`${mark} `))
          .map((line) => line.slice(2));
      const [first = '', ...sent] = side('>');
      const [status = '', ...received] = side('<');
      const [method = '', path = ''] = first.split(' ');
      return {
        method,
        path,
        headers: headersOf(sent),
        body: bodyOf(sent),
        status: Number(status),
        expectedHeaders: headersOf(received),
        expectedBody: bodyOf(received),
      };
    });
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers = lines.filter((line) => /^[a-z-]+: /.test(line)).map((line) => line.split(': ', 2));
  return Object.fromEntries(headers) as Record<string, string>;
}

function bodyOf(lines: readonly string[]): string {
  return lines.filter((line) => !/^[a-z-]+: /.test(line)).join('\n');
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Runs examples over one connection and remembers the confirmation token between them. */
export function openReplay(socketPath: string): Disposable & { run(example: Example): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let token = '';

  function send({ method, path, headers, body }: Example): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const given = Object.entries(headers).map(
        ([name, value]) => [name, value.replace('TOKEN', token)] as const,
      );
      const sent = request({ socketPath, agent, method, path, headers: Object.fromEntries(given) });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      sent.end(body);
    });
  }

  return {
    run: async (example) => {
      const { status, headers, body } = await send(example);
      const name = `${example.method} ${example.path}`;
      assert.equal(status, example.status, `${name}: ${body}`);
      for (const [header, value] of Object.entries(example.expectedHeaders)) {
        if (value === 'TOKEN') token = String(headers[header]);
        else assert.equal(headers[header], value, `${name}: ${header}`);
      }
      assert.equal(
        'orq-confirm' in headers,
        'orq-confirm' in example.expectedHeaders,
        `${name}: orq-confirm`,
      );
      if (example.expectedBody === '') assert.equal(body, '', name);
      else assertLike(JSON.parse(body), JSON.parse(example.expectedBody), name);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function assertLike(actual: unknown, expected: unknown, place: string): void {
  if (Array.isArray(expected)) {
    assert.ok(
      Array.isArray(actual) && actual.length === expected.length,
      `${place}: ${JSON.stringify(actual)}`,
    );
    for (const [index, each] of expected.entries()) assertLike(actual[index], each, `${place}[${index}]`);
  } else if (typeof expected === 'object' && expected !== null) {
    assertFields(actual, { ...expected }, place);
  } else if (typeof expected === 'string' && expected.includes('…')) {
    const parts = expected.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    assert.match(String(actual), new RegExp(`^${parts.join('[^]*')}$`), place);
  } else assert.deepEqual(actual, expected, place);
}

function assertFields(
  actual: unknown,
  { '…': further, ...expected }: Record<string, unknown>,
  place: string,
): void {
  assert.ok(typeof actual === 'object' && actual !== null, `${place}: ${JSON.stringify(actual)}`);
  const found: Record<string, unknown> = { ...actual };
  if (further === undefined)
    assert.deepEqual(Object.keys(found).toSorted(), Object.keys(expected).toSorted(), place);
  for (const [name, value] of Object.entries(expected)) {
    const free = OF_THE_MACHINE.test(name) && value !== null;
    if (free) assert.equal(typeof found[name], typeof value, `${place}.${name}`);
    else assertLike(found[name], value, `${place}.${name}`);
  }
}
