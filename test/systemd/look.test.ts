/** What shows how the service is, under a real systemd: each test of inside/look.ts is one here. */
import { test } from 'node:test';
import { withoutBoot } from './boot.ts';
import { eachInside } from './each-inside.ts';

const LIMIT_MS = 200_000;

test('whoever looks after the service', { skip: withoutBoot(), timeout: LIMIT_MS + 10_000 }, (t) =>
  eachInside(t, 'test/systemd/inside/look.js', { limitMs: LIMIT_MS, least: 6 }),
);
