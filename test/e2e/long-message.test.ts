/** Messages that are longer than one hook may print. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

/** Lines that tell in what order they came: about three parts, and far more. */
const linesOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `furlong ${n}.`);

/** From the end of one part to the begin of the next. */
const BETWEEN_PARTS = /\n\[orq \w+\] end of part [^]*?\n\[orq \w+\] message \d+, part [^\n]*\n/g;

orqOnEachClient('a message in three parts arrives whole, in order, in one turn', async (stage) => {
  const { scenario, orq, agentId } = stage;
  const { main } = scenario.api;
  main.script({ text: 'one' }, { text: 'two' }, { text: 'three' });
  await scenario.startAgent();
  await orq.idle(agentId);
  const lines = linesOf(1_500);
  const { id } = await orq.send(agentId, lines.join('\n'));
  await main.next();
  await main.next();
  const last = await main.next();
  assert.deepEqual(last.texts.join('\n').match(/part \d of message/g), [
    'part 1 of message',
    'part 2 of message',
    'part 3 of message',
  ]);
  const joined = last.texts.join('\n').replaceAll(BETWEEN_PARTS, '');
  assert.ok(joined.includes(`\n${lines.join('\n')}\n`));
  await orq.seen(id);
  assert.equal((await orq.show(id)).attempts, 1);
});

orqOnEachClient(
  'a message in a file is read without a dialog, and the file goes with its turn',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const { main } = scenario.api;
    const lines = linesOf(6_000);
    // The model reads the file that the hook named: the script stands before the message does.
    main.script(
      (request) => {
        const [file = 'no file was named'] = /\.claude\/orq\/message-\d+\.txt/.exec(request.news) ?? [];
        const input = { file_path: join(scenario.place.worktree, file), limit: 100 };
        return { text: 'reading', tools: [{ name: 'Read', input }] };
      },
      { text: 'read' },
    );
    await scenario.startAgent();
    await orq.idle(agentId);
    const { id } = await orq.send(agentId, lines.join('\n'));
    const path = join(scenario.place.worktree, `.claude/orq/message-${id}.txt`);
    const woken = await main.next();
    assert.ok(woken.news.includes(`stands in the file .claude/orq/message-${id}.txt of`));
    assert.equal(await readFile(path, 'utf8').catch(() => ''), lines.join('\n'));
    const read = await main.next();
    assert.ok(read.news.includes('furlong 99.'));
    await orq.seen(id);
    assert.equal((await orq.show(id)).receipts.find(({ kind }) => kind === 'injected')?.byReference, true);
    await orq.idle(agentId);
    await eventually('the file is gone', () =>
      readFile(path).then(
        () => false,
        () => true,
      ),
    );
  },
);
