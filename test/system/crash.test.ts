import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, type Client, type Message } from '../../client/index.ts';
import { openHookCaller } from '../daemon/hooks/hook-caller.ts';
import { startStandIn } from '../daemon/hooks/stand-in.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 6);
const SENDERS = 8;

async function allMessages(client: Client): Promise<Message[]> {
  const found: Message[] = [];
  for (let beforeId: number | undefined; ;) {
    const { messages } = await client.list({ limit: 1000, ...(beforeId !== undefined && { beforeId }) });
    const last = messages.at(-1);
    if (!last) return found;
    found.push(...messages);
    beforeId = last.id;
  }
}

describe('kill -9 of the daemon', { timeout: 120_000 + ROUNDS * 5_000 }, () => {
  it('loses no answered enqueue and stores none twice', async (t) => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'warn' } });
    await using client = createClient({ socket: daemon.socket });
    const answered = new Map<string, number>();
    let ended = false;
    let inDoubt = 0;

    async function send(sender: number): Promise<void> {
      for (let count = 0; !ended; count += 1) {
        const idempotencyKey = `${sender}-${count}`;
        // One key until it is answered, as a sender does that will not lose its message.
        while (!answered.has(idempotencyKey) && !ended) {
          try {
            const { id } = await client.enqueue({
              agent: `agent-${count % 3}`,
              text: idempotencyKey,
              idempotencyKey,
            });
            answered.set(idempotencyKey, id);
          } catch {
            inDoubt += 1;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        }
      }
    }
    const senders = Array.from({ length: SENDERS }, (_, sender) => send(sender));
    for (let round = 0; round < ROUNDS; round += 1) {
      const enough = answered.size + 1 + Math.floor(Math.random() * 80);
      await until(() => (answered.size >= enough ? true : undefined));
      await daemon.kill9();
      await daemon.restart();
    }
    ended = true;
    await Promise.all(senders);

    const stored = await allMessages(client);
    const byKey = new Map(stored.map((message) => [message.idempotencyKey, message]));
    for (const [key, id] of answered) {
      const found = byKey.get(key);
      assert.deepEqual([found?.id, found?.text, found?.state], [id, key, 'ready']);
    }
    assert.equal(byKey.size, stored.length);
    assert.ok(inDoubt > 0, 'no kill hit a call');
    t.diagnostic(`${answered.size} answered, ${inDoubt} in doubt, ${ROUNDS} kills`);
  });

  it('hands out again, marked, what no event had proven, and loses nothing', async (t) => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_LOG_LEVEL: 'warn' } });
    await using client = createClient({ socket: daemon.socket });
    await using claude = startStandIn();
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a', pid: claude.pid });
    await hooks.say('SessionStart', { source: 'startup' });

    const sent: number[] = [];
    const handedOut = new Map<number, string[]>();
    let steps = 0;
    let ended = false;
    const hear = (context: string): void => {
      for (const [, id = '', facts = ''] of context.matchAll(/^\[orq \w+\] message (\d+), (.*)$/gm))
        handedOut.set(Number(id), [...(handedOut.get(Number(id)) ?? []), facts]);
    };
    /** An event of the agent whose answer is printed, or lost with its connection. */
    async function event(name: string, prompt_id: string, isPrinted: boolean): Promise<string> {
      const heard = await hooks.send(name, { prompt_id, prompt: 'go on' });
      hear(heard.context);
      if (isPrinted) await heard.confirm();
      else heard.drop();
      steps += 1;
      return heard.context;
    }
    async function turns(): Promise<void> {
      for (let turn = 0; !ended; turn += 1) {
        try {
          const { id } = await client.enqueue({ agent: 'a', text: `message of turn ${turn}` });
          sent.push(id);
          await event('UserPromptSubmit', `p${turn}`, Math.random() < 0.7);
          await event('PostToolBatch', `p${turn}`, Math.random() < 0.7);
          await event('Stop', `p${turn}`, Math.random() < 0.7);
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    }
    const agent = turns();
    const kills = Math.ceil(ROUNDS / 2);
    for (let round = 0; round < kills; round += 1) {
      const enough = steps + 1 + Math.floor(Math.random() * 40);
      await until(() => (steps >= enough ? true : undefined));
      await daemon.kill9();
      await daemon.restart();
    }
    ended = true;
    await agent;
    for (let turn = 0; ; turn += 1) {
      const given = await event('UserPromptSubmit', `last-${turn}`, true);
      const more = await event('Stop', `last-${turn}`, true);
      if (given + more === '') break;
    }

    const states = new Map((await allMessages(client)).map(({ id, state }) => [id, state]));
    for (const id of sent) assert.equal(states.get(id), 'delivered', `message ${id}`);
    for (const [id, times] of handedOut) {
      for (const facts of times.slice(1))
        assert.match(facts, /may have been delivered before/, `message ${id}`);
    }
    const again = [...handedOut.values()].filter(({ length }) => length > 1).length;
    assert.ok(again > 0);
    t.diagnostic(`${sent.length} sent, ${again} handed out more than once, ${kills} kills`);
  });
});
