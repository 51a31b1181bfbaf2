import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { orqctl } from './run-orqctl.ts';

async function running() {
  const folder = testFolder();
  const daemon = await startDaemon({ folder: folder.path });
  const client = createClient({ socket: daemon.socket });
  return {
    daemon,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const sendAndWait = (daemon: RunningDaemon, kind: string, timeout = '30s') =>
  orqctl(['send', 'a', 'x', '--wait', kind, '--timeout', timeout, '--json'], { socket: daemon.socket });

/** The message that the command under test has sent. */
const sentBy = (client: Client): Promise<number> =>
  until(async () => (await client.list({})).messages[0]?.id);

describe('orqctl send --wait', { timeout: 60_000 }, () => {
  it('answers when the receipt comes, with the state that it reached', async () => {
    await using orq = await running();
    const waiting = sendAndWait(orq.daemon, 'seen');
    const id = await sentBy(orq.client);
    await orq.client.ack({ id });
    const { exit, stdout } = await waiting;
    assert.deepEqual(JSON.parse(stdout), {
      id,
      agent: 'a',
      state: 'delivered',
      created: true,
      agentKnown: false,
      receipt: 'seen',
    });
    assert.equal(exit, 0);
  });

  it('takes a stronger receipt for a weaker one, and does not take a weaker one for it', async () => {
    await using orq = await running();
    const injected = sendAndWait(orq.daemon, 'injected');
    const first = await sentBy(orq.client);
    await orq.client.ack({ id: first });
    assert.equal((await injected).exit, 0);
    const key = ['--key', 'k'];
    await orqctl(['send', 'b', 'y', ...key], { socket: orq.daemon.socket });
    const [seen] = (await orq.client.list({ agent: 'b' })).messages;
    await orq.client.ack({ id: seen?.id ?? 0 });
    const words = ['send', 'b', 'y', ...key, '--json'];
    const known = await orqctl([...words, '--wait', 'seen'], { socket: orq.daemon.socket });
    assert.equal((JSON.parse(known.stdout) as { receipt: string }).receipt, 'seen');
    const late = await orqctl([...words, '--wait', 'done', '--timeout', '1s'], { socket: orq.daemon.socket });
    assert.equal(late.exit, 17);
  });

  it('has its own exit code when the time is over, and still says what it sent', async () => {
    await using orq = await running();
    const { exit, stdout, stderr } = await sendAndWait(orq.daemon, 'seen', '1s');
    assert.equal(exit, 17);
    const answer = JSON.parse(stdout) as { id: number; receipt: string; state: string };
    assert.deepEqual([answer.state, answer.receipt], ['ready', 'queued']);
    assert.match(stderr, /"receipt_missing"/);
    assert.equal((await orq.client.show({ id: answer.id })).state, 'ready');
  });

  it('does not wait for a message that is withdrawn', async () => {
    await using orq = await running();
    const waiting = sendAndWait(orq.daemon, 'done');
    await orq.client.cancel({ id: await sentBy(orq.client) });
    const { exit, stderr } = await waiting;
    assert.equal(exit, 4);
    assert.match(stderr, /is cancelled, it will not be done/);
  });

  it('goes on waiting over a kill and a start of the daemon', async () => {
    await using orq = await running();
    const waiting = sendAndWait(orq.daemon, 'done');
    const id = await sentBy(orq.client);
    await orq.daemon.kill9();
    await orq.daemon.restart();
    await orq.client.ack({ id });
    await orq.client.done({ id });
    const { exit, stdout } = await waiting;
    assert.equal(exit, 0);
    assert.match(stdout, /"receipt":"done"/);
  });

  it('is refused with a timeout for nothing', async () => {
    assert.equal((await orqctl(['send', 'a', 'x', '--timeout', '1s'])).exit, 2);
    assert.equal((await orqctl(['send', 'a', 'x', '--wait', 'queued'])).exit, 2);
  });
});
