/** An agent answers from its own shell. */
import assert from 'node:assert/strict';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';
import { bash } from './scripted-answer.ts';

orqOnEachClient(
  'an agent replies with the command that it was told, and is named as the sender',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const { id } = await orq.send(agentId, 'has the heron landed?', '--from', 'tower');
    main.script((request) => {
      const [, command] = /"([^"]+ reply) ID TEXT" answers its sender/.exec(request.news) ?? [];
      return { text: '', tools: [bash(`${command} ${id} 'it has'`)] };
    });
    await scenario.startAgent();

    await main.next();
    const answered = await main.next();
    await orq.idle(agentId);
    const { messages } = await orq.orqctl<ReplyOf<'list'>>('list', '--agent', 'tower');
    assert.deepEqual(
      messages.map(({ from, text, replyTo }) => ({ from, text, replyTo })),
      [{ from: agentId, text: 'it has', replyTo: id }],
      answered.news,
    );
    const { state, open, receipts } = await orq.show(id);
    assert.deepEqual([state, open], ['delivered', false]);
    assert.deepEqual(
      receipts.map(({ kind, event }) => [kind, event]),
      [
        ['queued', null],
        ['injected', 'UserPromptSubmit'],
        ['seen', 'reply'],
        ['done', 'reply'],
      ],
    );
  },
);
