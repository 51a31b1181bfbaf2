import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  fenced,
  HEADING_ROOM,
  INJECTION_CAP,
  rendered,
  visible,
  type Deliverable,
} from '../../src/queue/fence.ts';
import { chosen, nextPartOf, partOf, partsAfter } from '../../src/queue/handout.ts';
import { agentId, deliverable, nonce } from './message-arbitrary.ts';

const ORQCTL = `node ${'/folder'.repeat(30)}/orqctl`;
const cap = fc.integer({ min: 6_000, max: 20_000 });
const messagesOf = fc.array(deliverable, { maxLength: 12 });
const enough = fc.array(deliverable, { minLength: 12, maxLength: 20 }).map((messages) =>
  messages.map((message) => ({
    ...message,
    text: message.text.slice(0, 300).toWellFormed().padEnd(2_000),
  })),
);
/** Long texts of letters that take one, two, five or nine units, and of what looks like an escape. */
const long = fc
  .tuple(
    deliverable,
    fc.integer({ min: 5_000, max: 60_000 }),
    fc.array(fc.constantFrom('x', '\u0001', '😀', 'é', '\u{e0041}', '\\u{', '\\', '\n', '\r\n'), {
      minLength: 1,
      maxLength: 7,
    }),
  )
  .map(([message, units, letters]) => {
    const piece = letters.join('');
    return { ...message, text: piece.repeat(Math.ceil(units / visible(piece).length)) };
  });

/** All parts of a message, as one hook after the other is given them. */
function partsOf(message: Deliverable, capUnits: number) {
  const first = partOf(message, 1, capUnits);
  const parts = [first];
  for (let left = partsAfter(first) ?? 0; left > 0; left -= 1)
    parts.push(nextPartOf(message, left, capUnits));
  return parts;
}

describe('what one hook is given', () => {
  test('are whole messages from the first on, or one part, under the cap when rendered', () => {
    fc.assert(
      fc.property(agentId, messagesOf, nonce, cap, (agent, messages, secret, capUnits) => {
        const given = chosen(messages, capUnits, false);
        assert.equal(given.length > 0, messages.length > 0);
        assert.deepEqual(
          given.map(({ id }) => id),
          messages.slice(0, given.length).map(({ id }) => id),
        );
        assert.ok(given.every(({ form }) => form.kind === 'whole') || given.length === 1);
        assert.ok(rendered(agent, given, secret, ORQCTL).length <= capUnits);
      }),
    );
  });

  test('leaves out a message only where it would not have fitted', () => {
    fc.assert(
      fc.property(enough, nonce, cap, (messages, secret, capUnits) => {
        const given = chosen(messages, capUnits, false);
        const next = messages.slice(0, given.length + 1);
        assert.ok(given.every(({ form }) => form.kind === 'whole'));
        const whole = { kind: 'whole' } as const;
        const units = next.reduce(
          (sum, message) => sum + fenced({ ...message, form: whole }, secret).length,
          HEADING_ROOM,
        );
        assert.ok(units > capUnits);
      }),
    );
  });

  test('is one part of the first where that is too long, and nothing overtakes it', () => {
    fc.assert(
      fc.property(long, messagesOf, (message, others) => {
        fc.pre(visible(message.text).length > INJECTION_CAP);
        const [given, ...more] = chosen([message, ...others], INJECTION_CAP, false);
        assert.deepEqual([given?.id, given?.form.kind, more], [message.id, 'part', []]);
      }),
    );
  });
});

describe('the parts of a message', () => {
  test('are the text that the agent would see whole, in order, each under the cap', () => {
    fc.assert(
      fc.property(agentId, long, nonce, (agent, message, secret) => {
        const parts = partsOf(message, INJECTION_CAP);
        assert.ok(parts.map(({ text }) => visible(text)).join('') === visible(message.text));
        for (const [index, part] of parts.entries()) {
          assert.deepEqual(part.form, { kind: 'part', part: index + 1, parts: parts.length });
          assert.ok(rendered(agent, [part], secret, ORQCTL).length <= INJECTION_CAP);
        }
      }),
    );
  });

  test('hold no half of a surrogate pair and no half of an escape', () => {
    fc.assert(
      fc.property(long, (message) => {
        for (const { text } of partsOf(
          { ...message, text: message.text.replaceAll('\\', '/') },
          INJECTION_CAP,
        )) {
          assert.ok(text.isWellFormed());
          assert.doesNotMatch(text.replaceAll(/\\u\{[0-9a-f]+\}/g, ''), /\\/);
        }
      }),
    );
  });

  test('are few: all but the last are as long as the cap allows, but for what must not be cut', () => {
    fc.assert(
      fc.property(long, (message) => {
        const parts = partsOf(message, INJECTION_CAP);
        const room = Math.max(...parts.map(({ text }) => text.length));
        for (const { text } of parts.slice(0, -1)) assert.ok(room - text.length < 10);
      }),
    );
  });

  test('are cut alike whether or not the message may have been seen before', () => {
    fc.assert(
      fc.property(long, (message) => {
        const texts = (mayHaveBeenSeen: boolean) =>
          partsOf({ ...message, mayHaveBeenSeen }, INJECTION_CAP).map(({ text }) => text);
        assert.ok(texts(true).join('\0') === texts(false).join('\0'));
      }),
    );
  });

  test('do not end before the text does, and there is none after the last', () => {
    fc.assert(
      fc.property(long, (message) => {
        const { length } = partsOf(message, INJECTION_CAP);
        assert.throws(() => partOf(message, length + 1, INJECTION_CAP));
      }),
    );
  });
});
