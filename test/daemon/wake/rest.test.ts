/** Sessions that a human left by Escape, over the real store; what the pane shows is as the test says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogger } from '../../../daemon/logger.ts';
import { openRestLook } from '../../../daemon/wake/rest.ts';
import { clientOf } from '../../store/conformance/client.ts';
import { openTestStore } from '../../support/store.ts';

const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1', addresses: [] };
const SILENT_MS = 60_000;

async function openStage() {
  const store = openTestStore({ inMemory: true });
  await store.admit({ marked: null, given: 'a', proposed: 'a', pane: PANE, mayCreate: true });
  const looks: string[] = [];
  const considered: string[] = [];
  const stage = { isAtRest: true, meanwhile: (): Promise<unknown> => Promise.resolve() };
  const rest = openRestLook({
    store,
    clock: store.clock,
    log: openLogger('fatal', false),
    config: { silentMs: SILENT_MS },
    ringer: { consider: (agent) => Promise.resolve(void considered.push(agent)) },
    isAtRest: async ({ pane }) => {
      looks.push(pane);
      await stage.meanwhile();
      return stage.isAtRest;
    },
  });
  return {
    store,
    looks,
    considered,
    client: clientOf(store),
    stage,
    state: async () => (await store.boundTo('a'))?.state,
    look: async () => {
      rest.sweep();
      await rest[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

for (const [event, told] of [
  ['PermissionRequest', {}],
  ['Notification', { needsHuman: true }],
  ['PreCompact', {}],
] as const)
  test(`what ${event} began ends where the pane shows an idle client, and not before it was silent for long`, async () => {
    await using at = await openStage();
    await at.client.start();
    await at.client.prompt('p');
    await at.client.event(event, 'p', { told });
    at.store.clock.move(SILENT_MS - 1);
    await at.look();
    assert.deepEqual(at.looks, []);
    at.store.clock.move(10_000);
    await at.look();
    assert.deepEqual([at.looks, at.considered, await at.state()], [['%1'], ['a'], 'idle']);
    await at.look();
    assert.deepEqual(at.looks, ['%1']);
  });

test('a dialog that stands open keeps the state, and is looked at ever so often', async () => {
  await using at = await openStage();
  at.stage.isAtRest = false;
  await at.client.start();
  await at.client.event('PermissionRequest', 'p');
  for (let minute = 0; minute < 5; minute += 1) {
    at.store.clock.move(SILENT_MS / 2);
    await at.look();
    at.store.clock.move(SILENT_MS / 2);
    await at.look();
  }
  assert.deepEqual([at.looks.length, at.considered, await at.state()], [5, [], 'needs_human']);
});

test('an event that comes during the look knows better', async () => {
  await using at = await openStage();
  await at.client.start();
  await at.client.prompt('p');
  await at.client.event('PermissionRequest', 'p');
  at.store.clock.move(SILENT_MS);
  at.stage.meanwhile = () => {
    at.store.clock.move(1);
    return at.client.event('PermissionRequest', 'p');
  };
  await at.look();
  assert.deepEqual([at.considered, await at.state()], [[], 'needs_human']);
});

test('no pane of a session that is busy, idle or ended is looked at', async () => {
  await using at = await openStage();
  await at.client.start();
  at.store.clock.move(SILENT_MS);
  await at.look();
  await at.client.prompt('p');
  at.store.clock.move(SILENT_MS);
  await at.look();
  await at.client.event('PermissionRequest', 'p');
  await at.client.end();
  at.store.clock.move(SILENT_MS);
  await at.look();
  assert.deepEqual(at.looks, []);
});
