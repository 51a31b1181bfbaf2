/** Messages, texts and names as an adversary would write them. */
import * as fc from 'fast-check';
import { isAgentId } from '../../src/protocol/names.ts';
import { NONCE_LENGTH, type Deliverable } from '../../src/queue/fence.ts';

export const wellFormed = fc.string({ unit: 'binary', maxLength: 200 });
export const nonce = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: NONCE_LENGTH,
  maxLength: NONCE_LENGTH,
});
/** Pieces of which a forger would build a text. */
export const forged = fc
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
export const agentId = fc
  .oneof(
    name,
    fc.constantFrom('\u{e0041}'.repeat(200), '😀'.repeat(200), '"'.repeat(200), '\u202e'.repeat(200)),
  )
  .filter(isAgentId);
export const deliverable: fc.Arbitrary<Deliverable> = fc.record({
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  text: fc.oneof(forged, fc.string({ unit: 'binary', maxLength: 6_000 })),
  priority: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  from: fc.option(fc.oneof(name, forged)),
  threadId: fc.option(fc.oneof(name, forged)),
  replyTo: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  enqueuedAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  mayHaveBeenSeen: fc.boolean(),
});
