/** The service under a real systemd: each test of inside/service.ts is one here. */
import { test } from 'node:test';
import { withoutBoot } from './boot.ts';
import { eachInside } from './each-inside.ts';

const LIMIT_MS = 200_000;

test('under systemd the daemon', { skip: withoutBoot(), timeout: LIMIT_MS + 10_000 }, (t) =>
  eachInside(t, 'test/systemd/inside/service.js', {
    limitMs: LIMIT_MS,
    least: 14,
    figures: /^ *# (\d+ hooks, .*|the machine is .*)$/gm,
  }),
);
