import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { MAX_CONTINUATIONS } from '../../../src/agents/session.ts';
import { visible } from '../../../src/queue/fence.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { forged } from '../../queue/message-arbitrary.ts';
import { textsIn } from './given-texts.ts';
import { openHookCaller } from './hook-caller.ts';

describe('all that waits at one Stop', () => {
  const suite = suiteDaemon({ inMemory: true });
  let number = 0;

  /** Sends `texts` while a turn runs, then lets the agent stop until nothing comes any more; replies with what it was given, and by how many hooks and rings. */
  async function delivered(texts: readonly string[]) {
    const agent = `many-${++number}`;
    const cwd = suite.folder.at(agent);
    mkdirSync(cwd);
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup', cwd });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p0', prompt: 'go', cwd });
    const sent = await suite.client.enqueue(texts.map((text) => ({ agent, text })));
    const whole: { id: number; text: string }[] = [];
    let begun = '';
    let rings = 0;
    let given = 0;
    let stops = 0;
    const read = (context: string): void => {
      given += 1;
      for (const { id, text, complete } of textsIn(context, cwd)) {
        begun += text;
        if (!complete) continue;
        whole.push({ id, text: begun });
        begun = '';
      }
    };
    for (;;) {
      const { context } = await hooks.say('Stop', { prompt_id: `p${rings}`, cwd });
      if (context === '') {
        const { ready, leased } = await suite.client.counts({ agent });
        if (ready + leased === 0) break;
        assert.equal(stops, MAX_CONTINUATIONS, 'only the cap of continuations ends a turn with mail left');
        const rung = await hooks.wait();
        assert.equal(rung.exit, '2');
        rings += 1;
        stops = 0;
        const woken = await hooks.say('UserPromptSubmit', { prompt_id: `p${rings}`, prompt: rung.body, cwd });
        read(woken.context);
      } else {
        stops += 1;
        read(context);
      }
    }
    return { sent: sent.map(({ id }) => id), whole, given, rings };
  }

  it('arrives: 200 messages, each once, in order, over as many hooks and rings as it takes', async () => {
    const texts = Array.from({ length: 200 }, (_, n) => `message ${n} ${'x'.repeat(n * 20)}`);
    const { sent, whole, given, rings } = await delivered(texts);
    assert.deepEqual(
      whole,
      sent.map((id, index) => ({ id, text: texts[index] })),
    );
    assert.ok(rings > 0 && given > MAX_CONTINUATIONS, `${given} hooks, ${rings} rings`);
    for (const id of sent) assert.equal((await suite.client.show({ id })).attempts, 1);
  });

  it('is what was sent, with escapes for control characters: any Unicode, fences of others, short and long', async () => {
    const unit = fc.oneof(fc.constantFrom('\n', '\r\n', '\u202e', '😀', '\\u{1b}', '\u0000'), forged);
    const text = fc
      .tuple(fc.array(unit, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 1, 1, 400, 1_500, 6_000))
      .map(([units, times]) =>
        `${units.join('').toWellFormed()}.`.repeat(times).slice(0, 150_000).toWellFormed(),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
        const { sent, whole } = await delivered(texts);
        assert.deepEqual(
          whole.map(({ id }) => id),
          sent,
        );
        for (const [index, message] of whole.entries())
          assert.ok(message.text === visible(texts[index] ?? ''));
      }),
      { numRuns: 25 },
    );
  });

  it('is whole where a text has 1 MiB, of the letters that take most room', async () => {
    const longest = ['\u{e0041}'.repeat(262_144), 'x'.repeat(1_048_576)];
    const { whole } = await delivered(longest);
    for (const [index, { text }] of whole.entries()) assert.ok(text === visible(longest[index] ?? ''));
    assert.equal(whole.length, 2);
  });
});
