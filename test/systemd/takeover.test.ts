/** Cutover and rollback under a real systemd: each test of inside/takeover.ts is one here. */
import { test } from 'node:test';
import { withoutBoot } from './boot.ts';
import { eachInside } from './each-inside.ts';

const LIMIT_MS = 200_000;

test('beside the unit of the old system', { skip: withoutBoot(), timeout: LIMIT_MS + 10_000 }, (t) =>
  eachInside(t, 'test/systemd/inside/takeover.js', { limitMs: LIMIT_MS, least: 9 }),
);
