/** Outcomes that the storage refuses for a while. */
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { confirm } from '../../daemon/hooks/confirm.ts';
import { openConfirmations } from '../../daemon/hooks/confirmations.ts';
import { beside, contextAnswer } from '../../daemon/hooks/exchange.ts';
import { readHookRequest } from '../../daemon/hooks/hook-request.ts';
import { openLogger } from '../../daemon/logger.ts';
import { openMetrics } from '../../daemon/metrics/metrics.ts';
import { openOwed } from '../../daemon/owed.ts';
import type { LeaseRef } from '../../src/queue/exchange.ts';
import { OrqError, type ErrorCode } from '../../src/protocol/errors.ts';
import { send, startedClient } from '../store/conformance/client.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const log = openLogger('silent', false);

/** Fails with `code` as often as is said, then does its work. */
function refusing(code: ErrorCode, times: number) {
  let refusals = times;
  return <Request, Reply>(verb: (request: Request) => Promise<Reply>) =>
    (request: Request): Promise<Reply> =>
      (refusals -= 1) >= 0 ? Promise.reject(new OrqError(code, 'refused')) : verb(request);
}

async function leasedTo(store: TestStore, text: string) {
  const client = await startedClient(store);
  const id = await send(store, text);
  const exchanged = await client.prompt('p');
  return { client, id, exchanged };
}

test('what the storage refuses for now is written later, and once', async () => {
  const owed = openOwed({ log });
  let written = 0;
  const write = refusing('storage_busy', 2)(() => Promise.resolve(void (written += 1)));
  await assert.rejects(
    owed.write(() => write(undefined)),
    { code: 'storage_busy' },
  );
  await owed.catchUp();
  assert.equal(written, 0);
  await owed.catchUp();
  await owed.catchUp();
  assert.equal(written, 1);
});

test('what no later try can write is not owed', async () => {
  const owed = openOwed({ log });
  let tries = 0;
  const write = (): Promise<void> => {
    tries += 1;
    return Promise.reject(new OrqError('internal', 'broken'));
  };
  await assert.rejects(owed.write(write), { code: 'internal' });
  await owed.catchUp();
  assert.equal(tries, 1);
});

test('what a client printed counts as printed when the storage takes it', async () => {
  await using store = openTestStore({ inMemory: true });
  const { client, id, exchanged } = await leasedTo(store, 'x');
  const owed = openOwed({ log });
  const confirmations = openConfirmations(
    () => 'token',
    () => undefined,
  );
  const token = confirmations.expect(new Socket(), { leases: exchanged.messages, bootstraps: null });
  const locked = {
    ...store,
    confirm: refusing('storage_busy', 1)((leases: readonly LeaseRef[]) => store.confirm(leases)),
  };
  const parts = { store: locked, confirmations, owed, log, metrics: openMetrics(0) };
  await assert.rejects(confirm(parts, token), { code: 'storage_busy' });
  await owed.catchUp();
  assert.deepEqual((await client.stop('p')).proved, [id]);
});

test('what an answer was to hold that cannot be made goes back', async () => {
  await using store = openTestStore({ inMemory: true });
  const { id, exchanged } = await leasedTo(store, 'x');
  const parts = {
    store: { ...store, teamOf: () => Promise.reject(new OrqError('internal', 'broken')) },
    owed: openOwed({ log }),
    references: { usable: () => null, write: () => Promise.resolve(false), sweep: () => Promise.resolve() },
    orqctl: 'orqctl',
    newNonce: () => '0'.repeat(16),
  };
  const hook = readHookRequest({ session_id: 's1' }, {});
  const answer = contextAnswer(parts, 'UserPromptSubmit', hook, { ...exchanged, bootstraps: true });
  await assert.rejects(answer, { code: 'internal' });
  assert.equal((await store.show(id)).message.state, 'ready');
});

test('what else an event sets off is no reason to leave its answer out', async () => {
  await beside({ log }, Promise.reject(new OrqError('storage_busy', 'refused')));
});
