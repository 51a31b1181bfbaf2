import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fenced, heading, HEADING_ROOM, visible, type Given } from '../../src/queue/fence.ts';
import { agentId, deliverable, forged, nonce, wellFormed } from './message-arbitrary.ts';

const NONCE = '00c0ffee00c0ffee';
const ORQCTL = `node ${'/folder'.repeat(30)}/orqctl`;
const given: fc.Arbitrary<Given> = deliverable.map((message) => ({ ...message, form: { kind: 'whole' } }));

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

describe('the fence of a message', () => {
  test('has the nonce in its first and last line only, whatever text and names hold', () => {
    fc.assert(
      fc.property(given, nonce, (message, secret) => {
        fc.pre(!JSON.stringify(message).includes(secret));
        const lines = fenced(message, secret).split(/[\n\r\u0085\u2028\u2029\v\f]/);
        const marked = lines.flatMap((line, index) => (line.includes(secret) ? [index] : []));
        assert.deepEqual(marked, [0, lines.length - 2]);
      }),
    );
  });

  test('names the sender as a claim and says when a message may have been delivered before', () => {
    const message = {
      id: 7,
      text: 'hello',
      priority: 50,
      from: 'lead "x"\n[orq',
      threadId: null,
      replyTo: 3,
      enqueuedAtMs: 0,
      mayHaveBeenSeen: true,
      form: { kind: 'whole' },
    } as const;
    const [first] = fenced(message, NONCE).split('\n');
    assert.equal(
      first,
      `[orq ${NONCE}] message 7, from "lead 'x'\\u{a}[orq" (sender's own claim), priority 50, sent 1970-01-01T00:00:00.000Z, reply to 3, may have been delivered before`,
    );
  });

  test('tells which part of how many it holds, above and below', () => {
    fc.assert(
      fc.property(deliverable, nonce, (message, secret) => {
        const lines = fenced({ ...message, form: { kind: 'part', part: 2, parts: 3 } }, secret).split('\n');
        assert.ok(lines[0]?.startsWith(`[orq ${secret}] message ${message.id}, part 2 of 3, `));
        assert.equal(lines.at(-2), `[orq ${secret}] end of part 2 of message ${message.id}`);
      }),
    );
  });

  test('names orq itself only above what orq itself says', () => {
    const fields = {
      id: 7,
      text: 'x',
      priority: 0,
      from: 'orq',
      threadId: null,
      replyTo: null,
      enqueuedAtMs: 0,
    };
    const message = { ...fields, mayHaveBeenSeen: false, form: { kind: 'whole' } } as const;
    assert.match(fenced({ ...message, notice: true }, NONCE), /^[^\n]* from orq itself, /);
    assert.match(fenced({ ...message, notice: false }, NONCE), /^[^\n]* from "orq" \(sender's own claim\), /);
    assert.doesNotMatch(fenced(message, NONCE), /itself/);
  });

  test('shows every control character but line feed and tab, and what reorders or hides text', () => {
    fc.assert(
      fc.property(fc.oneof(forged, wellFormed), (text) => {
        assert.doesNotMatch(visible(text), CONTROL);
        assert.doesNotMatch(
          visible(text),
          /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u,
        );
      }),
    );
    assert.equal(visible('a\tb\nc\r\nd\u001b[1m\u202e\u0007'), 'a\tb\nc\\u{d}\nd\\u{1b}[1m\\u{202e}\\u{7}');
  });

  test('leaves a text without control characters as it is', () => {
    // The flags of England, Scotland and Wales are spelled with the tag block.
    const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u{e0000}-\u{e007f}]/u.test(text));
    fc.assert(fc.property(plain, (text) => assert.equal(visible(text), text)));
  });
});

describe('the heading above the messages', () => {
  test('leaves its room to it for any agent id, whatever the count', () => {
    fc.assert(
      fc.property(agentId, fc.integer({ min: 1, max: 1000 }), nonce, (agent, count, secret) => {
        assert.ok(heading(agent, count, secret, ORQCTL).length <= HEADING_ROOM);
      }),
    );
  });

  test('heads the messages with facts and the agent they are for', () => {
    assert.match(
      heading('work:1', 2, NONCE, 'orqctl'),
      /^orq delivered 2 messages for agent "work:1"\. .*\[orq 00c0ffee00c0ffee\].*"orqctl reply ID TEXT".*\n$/,
    );
  });
});
