/** Agents that the service starts under a real systemd: each test of inside/agents.ts is one here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInside, withoutBoot } from './boot.ts';

const LIMIT_MS = 200_000;
const LEAST = 4;

test('under systemd an agent', { skip: withoutBoot(), timeout: LIMIT_MS + 10_000 }, async (t) => {
  const { tap, log } = await runInside('test/systemd/inside/agents.js', LIMIT_MS);
  const found = [...tap.matchAll(/^ *(not ok|ok) \d+ - (.+)$/gm)].filter(
    ([, , name = '']) => !name.includes('/'),
  );
  for (const [, outcome, name = ''] of found)
    await t.test(name, () => assert.equal(outcome, 'ok', `${tap}\n${log}`));
  assert.ok(found.length >= LEAST, `${found.length} tests ran to their end\n${tap}\n${log}`);
});
