/** Texts that the pane arbiter types into the real client, as push mode does. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import { identifiedIn } from './pane-process.ts';
import { onEachClient } from './on-each-client.ts';
import { arbiterIn } from '../daemon/pane/typing-stage.ts';

const reasonToHold = (): Promise<null> => Promise.resolve(null);

const LINES = Array.from({ length: 60 }, (_, number) => `line ${number} of many`).join('\n');

onEachClient('a text reaches the model as it is, whatever it begins or ends with', async (scenario) => {
  const agent = await scenario.startAgent();
  const target = await identifiedIn(scenario, agent);
  const arbiter = arbiterIn(scenario.folder);
  const texts = [
    'a line that ends in a semicolon;',
    '-x --dash first',
    '@README what is in it',
    'look at @README',
    'first line\nsecond line\n\n/fourth line',
    'one long line of words '.repeat(150).trim(),
    LINES,
    '/help me',
    '!echo not-run-$((40 + 2))',
    '# a note',
    '& a thing',
  ];
  for (const text of texts) {
    const request = { ...target, text, as: 'text', shown: null, reasonToHold } as const;
    /* The client says at the end of a turn for a moment longer that it runs. */
    await eventually(JSON.stringify(text.slice(0, 40)), async () => {
      const outcome = await arbiter.type(request);
      assert.ok(outcome.outcome === 'delivered' || outcome.reason === 'agent busy', JSON.stringify(outcome));
      return outcome.outcome === 'delivered';
    });
    const { news } = await scenario.api.main.next();
    const bare = (words: string): string => words.replaceAll(/\s+/g, ' ');
    assert.ok(bare(news).includes(bare(text)), `${JSON.stringify(text.slice(0, 60))} in ${news.slice(-400)}`);
    await agent.waitForDraft('an empty box', (draft) => draft === '');
  }
  assert.equal(scenario.api.main.requests.length, texts.length);
});
