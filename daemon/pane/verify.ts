/** Steps 11 to 13: believes an effect only, tries Enter again while the box holds exactly the text, and gives up visibly. */
import { holdsAmongOthers, holdsExactly } from '../../src/pane/composer.ts';
import { UNSENT } from '../../src/pane/held.ts';
import { ENTER_PATIENCE_MS, EVENT_PATIENCE_MS } from '../../src/pane/patience.ts';
import type { PaneKey, TypingOutcome } from './arbiter.ts';
import { lookAt } from './screen.ts';
import { submitAgain } from './submit.ts';

const LOOK_EVERY_MS = 60;

export interface Effect {
  readonly shown: Promise<unknown> | null;
  readonly pause: (ms: number) => Promise<void>;
}

/** After the first Enter: what became of the text. */
export async function verified(
  target: PaneKey,
  text: string,
  { shown, pause }: Effect,
): Promise<TypingOutcome> {
  let isShown = false;
  const event = shown?.then(() => (isShown = true));
  const wait = (ms: number): Promise<unknown> => (event ? Promise.race([event, pause(ms)]) : pause(ms));
  for (const [tries, patienceMs] of ENTER_PATIENCE_MS.entries()) {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += LOOK_EVERY_MS) {
      await wait(LOOK_EVERY_MS);
      if (isShown) return { outcome: 'delivered', proof: 'event' };
      const stays = await draftOf(target);
      if (stays !== null && holdsExactly(stays, text)) continue;
      if (stays !== null && holdsAmongOthers(stays, text))
        return { outcome: 'typed_not_submitted', reason: UNSENT.typedOn };
      await wait(event ? EVENT_PATIENCE_MS : 0);
      return { outcome: 'delivered', proof: isShown ? 'event' : 'screen' };
    }
    if (tries < ENTER_PATIENCE_MS.length - 1) await submitAgain(target);
  }
  return { outcome: 'typed_not_submitted', reason: UNSENT.enterSwallowed };
}

/** Null where the box is not on the screen: the turn that began may have opened a dialog. */
async function draftOf(target: PaneKey): Promise<string | null> {
  const screen = await lookAt(target);
  return screen.shows === 'composer' ? screen.draft : null;
}
