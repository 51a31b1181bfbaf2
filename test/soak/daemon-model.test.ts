import { it } from 'node:test';
import { judge } from '../store/model/commands.ts';
import { KNOWN } from '../store/model/drafts.ts';
import { openSocketSubject, SOCKET_WORLD } from '../system/socket-subject.ts';

/** Half a minute is the bounded run; SOAK_MODEL_SECONDS is for longer ones. */
const LIMIT_MS = Number(process.env['SOAK_MODEL_SECONDS'] ?? 30) * 1_000;

it(
  'does what the reference does as a daemon that is killed between the steps',
  { timeout: LIMIT_MS + 120_000 },
  async (t) => {
    const { stories, steps, seed } = await judge({
      maxSteps: 80,
      limitMs: LIMIT_MS,
      world: SOCKET_WORLD,
      openSubject: () => openSocketSubject(KNOWN),
    });
    t.diagnostic(`${stories} stories, ${steps} steps, seed ${seed}`);
  },
);
