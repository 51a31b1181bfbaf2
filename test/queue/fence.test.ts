import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { isAgentId } from '../../src/protocol/names.ts';
import {
  HEADING_ROOM,
  INJECTION_CAP,
  NONCE_LENGTH,
  fenced,
  fit,
  heading,
  rendered,
  unitsOverCap,
  visible,
  type Deliverable,
} from '../../src/queue/fence.ts';

const NONCE = '00c0ffee00c0ffee';
const wellFormed = fc.string({ unit: 'binary', maxLength: 200 });
const nonce = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: NONCE_LENGTH,
  maxLength: NONCE_LENGTH,
});
/** Pieces of which a forger would build a text. */
const forged = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '\u2028',
        '\u0085',
        '\u001b[2J',
        '[orq ',
        '] ',
        'end of message 1',
        '"',
      ),
      nonce,
      wellFormed,
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
const agentId = fc
  .oneof(
    name,
    fc.constantFrom('\u{e0041}'.repeat(200), '😀'.repeat(200), '"'.repeat(200), '\u202e'.repeat(200)),
  )
  .filter(isAgentId);
const deliverable: fc.Arbitrary<Deliverable> = fc.record({
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  text: fc.oneof(forged, fc.string({ unit: 'binary', maxLength: 6_000 })),
  priority: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  from: fc.option(fc.oneof(name, forged)),
  threadId: fc.option(fc.oneof(name, forged)),
  replyTo: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  enqueuedAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  mayHaveBeenSeen: fc.boolean(),
});

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

describe('the fence of a message', () => {
  test('has the nonce in its first and last line only, whatever text and names hold', () => {
    fc.assert(
      fc.property(deliverable, nonce, (message, secret) => {
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
    };
    const [first] = fenced(message, NONCE).split('\n');
    assert.equal(
      first,
      `[orq ${NONCE}] message 7, from "lead 'x'\\u{a}[orq" (sender's own claim), priority 50, sent 1970-01-01T00:00:00.000Z, reply to 3, may have been delivered before`,
    );
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
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(visible(text), text)));
  });
});

describe('fitting messages into one value', () => {
  const cap = fc.integer({ min: 0, max: 20_000 });
  const messagesOf = fc.array(deliverable, { maxLength: 12 });
  const ORQCTL = `node ${'/folder'.repeat(30)}/orqctl`;

  test('takes a prefix of whole messages that stays within the cap when rendered', () => {
    fc.assert(
      fc.property(agentId, messagesOf, nonce, cap, (agent, messages, secret, capUnits) => {
        const fitting = fit(messages, capUnits);
        assert.deepEqual(fitting, messages.slice(0, fitting.length));
        if (fitting.length > 0) assert.ok(rendered(agent, fitting, secret, ORQCTL).length <= capUnits);
      }),
    );
  });

  test('leaves out a message only where it would not have fitted', () => {
    fc.assert(
      fc.property(messagesOf, nonce, cap, (messages, secret, capUnits) => {
        const fitting = fit(messages, capUnits);
        const next = messages.slice(0, fitting.length + 1);
        fc.pre(next.length > fitting.length);
        const units = next.reduce((sum, message) => sum + fenced(message, secret).length, HEADING_ROOM);
        assert.ok(units > capUnits);
      }),
    );
  });

  test('lets every message that was accepted through alone, whatever the agent is called by then', () => {
    const unit = fc.constantFrom('x', '\u0001', '😀', 'é', '\u{e0041}');
    const long = fc
      .tuple(deliverable, fc.integer({ min: 7_000, max: 9_500 }), unit)
      .map(([message, length, letter]) => ({
        ...message,
        text: letter.repeat(Math.ceil(length / visible(letter).length)),
      }));
    fc.assert(
      fc.property(agentId, fc.oneof(deliverable, long), nonce, (agent, message, secret) => {
        fc.pre(unitsOverCap(message) === 0);
        assert.equal(fit([message], INJECTION_CAP).length, 1);
        assert.ok(rendered(agent, [message], secret, ORQCTL).length <= INJECTION_CAP);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps room for the heading of any agent id, whatever the count', () => {
    fc.assert(
      fc.property(agentId, fc.integer({ min: 1, max: 1000 }), nonce, (agent, count, secret) => {
        assert.ok(heading(agent, count, secret, ORQCTL).length <= HEADING_ROOM);
      }),
    );
  });

  test('counts in UTF-16 units: an emoji costs two', () => {
    const message = {
      id: 1,
      text: '',
      priority: 0,
      from: null,
      threadId: null,
      replyTo: null,
      enqueuedAtMs: 0,
      mayHaveBeenSeen: false,
    };
    const over = (text: string) => unitsOverCap({ ...message, text });
    assert.equal(over('😀'.repeat(5_000)) - over('x'.repeat(9_000)), 1_000);
  });

  test('heads the messages with facts and the agent they are for', () => {
    assert.match(
      heading('work:1', 2, NONCE, 'orqctl'),
      /^orq delivered 2 messages for agent "work:1"\. .*\[orq 00c0ffee00c0ffee\].*"orqctl reply ID TEXT".*\n$/,
    );
  });
});
