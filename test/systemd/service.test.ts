/** The service under a real systemd: each test of inside/service.ts is one here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInside, withoutBoot } from './boot.ts';

const LIMIT_MS = 200_000;
const LEAST = 14;

test('under systemd the daemon', { skip: withoutBoot(), timeout: LIMIT_MS + 10_000 }, async (t) => {
  const { tap, log } = await runInside('test/systemd/inside/service.js', LIMIT_MS);
  const found = [...tap.matchAll(/^ *(not ok|ok) \d+ - (.+)$/gm)].filter(
    ([, , name = '']) => !name.includes('/'),
  );
  for (const [, outcome, name = ''] of found)
    await t.test(name, () => assert.equal(outcome, 'ok', `${tap}\n${log}`));
  for (const [, figures = ''] of tap.matchAll(/^ *# (\d+ hooks, .*|the machine is .*)$/gm))
    t.diagnostic(figures);
  assert.ok(found.length >= LEAST, `${found.length} tests ran to their end\n${tap}\n${log}`);
});
