import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createClient, OrqError } from '../../client/index.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { startChild } from '../support/child.ts';
import { UNPRIVILEGED_MISSING } from '../support/unprivileged.ts';
import { openStandIn, socketFolder } from './stand-in.ts';

const ENQUEUED = { id: 42, agent: 'work:1', state: 'ready', created: true, agentKnown: true };

const code = (wanted: string) => (error: unknown) => error instanceof OrqError && error.code === wanted;

test('a GET carries path fields in the path, other fields in the query, and leaves absent ones out', async () => {
  await using server = await openStandIn(() => ({ messages: [] }));
  await using client = createClient({ socket: server.socket });
  await client.show({ id: 7 });
  await client.list({ agent: 'a b&c', open: true, limit: 3 });
  await client.list({});
  assert.deepEqual(
    server.asked.map(({ method, path }) => `${method} ${path}`),
    ['GET /v1/messages/7', 'GET /v1/messages?agent=a+b%26c&open=true&limit=3', 'GET /v1/messages'],
  );
});

test('a POST carries its fields as JSON, and every request tells the client version', async () => {
  await using server = await openStandIn(() => ({ id: 7, agent: 'work:1', state: 'ready' }));
  await using client = createClient({ socket: server.socket });
  await client.requeue({ id: 7, delayMs: 10, error: 'é' });
  assert.deepEqual(server.asked[0]?.body, { id: 7, delayMs: 10, error: 'é' });
  assert.equal(server.asked[0]?.headers['orq-client-version'], VERSION);
});

test('calls one after another share one connection, and close drops it', async () => {
  await using server = await openStandIn(() => ({ ok: true }));
  const client = createClient({ socket: server.socket });
  await client.ping({});
  await client.ping({});
  assert.equal(server.connections(), 1);
  await client.close();
  while ((await server.openConnections()) > 0) await new Promise(setImmediate);
});

test('an error of the daemon arrives with its code, sentence and facts', async () => {
  await using server = await openStandIn(() => {
    throw new OrqError('lease_lost', 'message 7: stale token 2', { details: { id: 7, leaseToken: 3 } });
  });
  await using client = createClient({ socket: server.socket });
  await assert.rejects(client.ack({ id: 7, leaseToken: 2 }), {
    name: 'OrqError',
    code: 'lease_lost',
    message: 'message 7: stale token 2',
    details: { id: 7, leaseToken: 3 },
  });
});

test('an answer that is no JSON is an internal error, whatever its status', async () => {
  for (const status of [200, 502]) {
    await using server = await openStandIn((_, response) => void response.writeHead(status).end('<html>'));
    await using client = createClient({ socket: server.socket });
    await assert.rejects(client.ping({}), code('internal'));
  }
});

test('a socket that is not there, and one that nobody listens on, are unreachable and say path and errno', async () => {
  using missing = socketFolder();
  await using client = createClient({ socket: missing.socket });
  await assert.rejects(client.ping({}), {
    code: 'unreachable',
    message: `socket ${missing.socket}: no connection (ENOENT)`,
    details: { socket: missing.socket, errno: 'ENOENT', inDoubt: false },
  });
  writeFileSync(missing.socket, '');
  await assert.rejects(client.ping({}), (error: OrqError) => error.details?.['errno'] === 'ECONNREFUSED');
});

test('a socket of somebody else is unreachable with EACCES', { skip: UNPRIVILEGED_MISSING }, async () => {
  await using server = await openStandIn(() => ({ ok: true }));
  chmodSync(server.socket, 0o000);
  await using asked = await startChild('ping-process', server.socket);
  assert.equal(asked.said, 'unreachable EACCES');
});

test('a socket path of 107 bytes is taken, one of 108 is refused before anything is sent', async () => {
  const longest = `/${'é'.repeat(53)}`;
  await using client = createClient({ socket: longest });
  assert.equal(client.socket, longest);
  assert.throws(() => createClient({ socket: `${longest}x` }), code('socket_unusable'));
});

test('a call ends at its timeout', async () => {
  await using server = await openStandIn(() => undefined);
  await using client = createClient({ socket: server.socket });
  await assert.rejects(client.ping({}, { timeoutMs: 20 }), code('timeout'));
});

test('a call ends with the reason of its signal, before and after it was sent', async () => {
  const reason = new Error('no longer wanted');
  const controller = new AbortController();
  await using server = await openStandIn(() => controller.abort(reason));
  await using client = createClient({ socket: server.socket });
  await assert.rejects(client.ping({}, { signal: controller.signal }), reason);
  await assert.rejects(client.ping({}, { signal: controller.signal }), reason);
  assert.equal(server.asked.length, 1);
});

test('an answer that breaks off is unreachable, not a short answer', async () => {
  await using server = await openStandIn((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"ok":true}', () => response.destroy());
  });
  await using client = createClient({ socket: server.socket });
  await assert.rejects(client.done({ id: 1 }), code('unreachable'));
});

test('an enqueue whose connection breaks is sent once more with the same key', async () => {
  let breaks = 1;
  await using server = await openStandIn((_, response) =>
    breaks-- > 0 ? void response.destroy() : ENQUEUED,
  );
  await using client = createClient({ socket: server.socket });
  assert.deepEqual(await client.enqueue({ agent: 'work:1', text: 'x' }), ENQUEUED);
  const keys = server.asked.map(({ body }) => body['idempotencyKey']);
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/);
  assert.deepEqual(keys, [keys[0], keys[0]]);
});

test('a batch gets a key for each message, and keys that were given stay', async () => {
  await using server = await openStandIn(() => [ENQUEUED, ENQUEUED]);
  await using client = createClient({ socket: server.socket });
  await client.enqueue([
    { agent: 'a', text: 'x', idempotencyKey: 'mine' },
    { agent: 'a', text: 'y' },
  ]);
  const batch = server.asked[0]?.body as unknown as { idempotencyKey: string }[];
  assert.equal(batch[0]?.idempotencyKey, 'mine');
  assert.equal(batch[1]?.idempotencyKey.length, 36);
});

test('a dequeue whose connection breaks is sent once more with the same request id', async () => {
  let breaks = 1;
  await using server = await openStandIn((_, response) =>
    breaks-- > 0 ? void response.destroy() : { messages: [] },
  );
  await using client = createClient({ socket: server.socket });
  await client.dequeue({ agent: 'a' });
  assert.equal(server.asked[0]?.body['requestId'], server.asked[1]?.body['requestId']);
});

test('a call without a key is not repeated, and its error says that it may have been done', async () => {
  await using server = await openStandIn((_, response) => void response.destroy());
  await using client = createClient({ socket: server.socket });
  await assert.rejects(
    client.done({ id: 1 }),
    (error: OrqError) => error.code === 'unreachable' && error.details?.['inDoubt'] === true,
  );
  assert.equal(server.asked.length, 1);
});

test('a second break in a row is not tried a third time', async () => {
  await using server = await openStandIn((_, response) => void response.destroy());
  await using client = createClient({ socket: server.socket });
  await assert.rejects(client.enqueue({ agent: 'a', text: 'x' }), code('unreachable'));
  assert.equal(server.asked.length, 2);
});

test('a refusal that comes before a large body was read is understood', async () => {
  using place = socketFolder();
  const body = JSON.stringify({ error: { code: 'too_large', message: 'body over 1 MiB', retry: false } });
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.once('data', () => {
      connection.end(
        `HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      connection.destroySoon();
    });
  });
  await new Promise<void>((resolve) => server.listen(place.socket, resolve));
  await using client = createClient({ socket: place.socket });
  await assert.rejects(client.enqueue({ agent: 'a', text: 'x'.repeat(8_000_000) }), code('too_large'));
  server.close();
});
