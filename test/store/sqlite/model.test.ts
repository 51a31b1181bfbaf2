import { it } from 'node:test';
import { movingClock } from '../../support/clock.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';
import { judge } from '../model/commands.ts';
import { openPortSubject } from '../model/port-subject.ts';
import { KNOWN, PORT_WORLD } from '../model/steps.ts';

const LIMIT_MS = Number(process.env['MODEL_SECONDS'] ?? 10) * 1_000;

it(
  'does what the reference does, whatever happens in whatever order',
  { timeout: LIMIT_MS + 60_000 },
  async (t) => {
    const { stories, steps, seed } = await judge({
      maxSteps: 120,
      limitMs: LIMIT_MS,
      world: PORT_WORLD,
      openSubject: async (nowMs) => {
        const folder = testFolder({ inMemory: true });
        const clock = movingClock(nowMs);
        const reopen = () => openTestStore({ clock, stateDir: folder.at('state') });
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
    t.diagnostic(`${stories} stories, ${steps} steps, seed ${seed}`);
  },
);
