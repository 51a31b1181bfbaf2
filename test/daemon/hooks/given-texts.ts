/** Reads what a model would read: the messages between the lines that the heading names, put together from their parts and files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INJECTION_CAP } from '../../../src/queue/fence.ts';

export interface GivenText {
  readonly id: number;
  readonly text: string;
  /** Of a part: whether it is the last. */
  readonly complete: boolean;
}

/** The messages of one injected value, in order. Fails where the value is over the cap or something stands outside the fences. */
export function textsIn(context: string, cwd: string): GivenText[] {
  assert.ok(context.length <= INJECTION_CAP, `${context.length} units`);
  const nonce = /^orq delivered .* marked \[orq ([0-9a-f]{16})\];.*\n/.exec(context)?.[1];
  assert.ok(nonce, context.slice(0, 200));
  const fence = new RegExp(
    `\\[orq ${nonce}\\] message (\\d+)(?:, part (\\d+) of (\\d+))?, (?:[^\\n]*)\\n([^]*?)\\n\\[orq ${nonce}\\] end of (?:part \\d+ of )?message \\1\\n`,
    'g',
  );
  const given: GivenText[] = [];
  const rest = context.slice(context.indexOf('\n') + 1).replaceAll(fence, (...words: string[]) => {
    const [, id = '', part = '', parts = '', text = ''] = words;
    const file = new RegExp(`in the file (\\.claude/orq/message-${id}\\.txt) of this session's`).exec(
      text,
    )?.[1];
    given.push({
      id: Number(id),
      text: file !== undefined && part === '' ? readFileSync(join(cwd, file), 'utf8') : text,
      complete: part === parts,
    });
    return '';
  });
  assert.equal(rest, '');
  return given;
}
