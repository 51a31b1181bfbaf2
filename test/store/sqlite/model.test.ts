import { it } from 'node:test';
import { movingClock } from '../../support/clock.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';
import { judge } from '../model/commands.ts';
import { KNOWN } from '../model/drafts.ts';
import { openPortSubject, type Reopen } from '../model/port-subject.ts';
import {
  FLOOD_WORLD,
  ORDER_WORLD,
  PARTS_WORLD,
  PORT_WORLD,
  RETENTION_WORLD,
  type World,
} from '../model/worlds.ts';

const WORLDS: readonly [name: string, world: World, seconds: number][] = [
  ['does what the reference does, whatever happens in whatever order', PORT_WORLD, 8],
  ['does what the reference does, whoever waits for whom, and for a place in a lane', ORDER_WORLD, 3],
  ['does what the reference does, where caps on floods hold back and somebody lets go', FLOOD_WORLD, 3],
  ['does what the reference does, while what has ended is forgotten', RETENTION_WORLD, 3],
  ['does what the reference does, with long messages in parts, and briefings', PARTS_WORLD, 4],
];

for (const [name, world, seconds] of WORLDS) {
  const limitMs = Number(process.env['MODEL_SECONDS'] ?? seconds) * 1_000;
  it(name, { timeout: limitMs + 60_000 }, async (t) => {
    const played = await judge({
      maxSteps: 120,
      limitMs,
      world,
      openSubject: async (nowMs) => {
        const folder = testFolder({ inMemory: true });
        const clock = movingClock(nowMs);
        const reopen: Reopen = (_, caps) => openTestStore({ clock, caps, stateDir: folder.at('state') });
        const subject = await openPortSubject(reopen, clock, KNOWN);
        return {
          ...subject,
          [Symbol.asyncDispose]: async () => {
            await subject[Symbol.asyncDispose]();
            folder[Symbol.dispose]();
          },
        };
      },
    });
    t.diagnostic(`${played.stories} stories, ${played.steps} steps, seed ${played.seed}`);
  });
}
