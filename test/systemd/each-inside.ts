/** Plays the tests of a file inside a booted systemd: each is one here. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { runInside } from './boot.ts';

/** `least`: as many tests must have run to their end. `figures`: lines to show, by their first group. */
export async function eachInside(
  t: TestContext,
  file: string,
  {
    limitMs,
    least,
    figures,
  }: { readonly limitMs: number; readonly least: number; readonly figures?: RegExp },
): Promise<void> {
  const { tap, log } = await runInside(file, limitMs);
  const found = [...tap.matchAll(/^ *(not ok|ok) \d+ - (.+)$/gm)].filter(
    ([, , name = '']) => !name.includes('/'),
  );
  for (const [, outcome, name = ''] of found)
    await t.test(name, () => assert.equal(outcome, 'ok', `${tap}\n${log}`));
  for (const [, line = ''] of figures ? tap.matchAll(figures) : []) t.diagnostic(line);
  assert.ok(found.length >= least, `${found.length} tests ran to their end\n${tap}\n${log}`);
}
