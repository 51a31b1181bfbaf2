/** The whole typing, under the pane's lock: look, put the text in, wait until it shows, submit, verify. */
import { holdsAmongOthers, holdsExactly, isPasteMark, type Screen } from '../../src/pane/composer.ts';
import { HELD, UNSENT } from '../../src/pane/held.ts';
import { SETTLE_MS, showingMs, STILL_MS } from '../../src/pane/patience.ts';
import { typeableCommand, typeableText } from '../../src/pane/typeable.ts';
import { vetoOf } from '../../src/pane/vetoes.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Clock } from '../../src/queue/clock.ts';
import type { ProcessTable } from '../process-table.ts';
import { tmux } from '../tmux/tmux.ts';
import type { TypingOutcome, TypingRequest } from './arbiter.ts';
import { pasteText, typeLine } from './insert.ts';
import { lookAt } from './screen.ts';
import { nudge, submit } from './submit.ts';
import { placeOf, readState } from './target.ts';
import { verified } from './verify.ts';

export interface SequenceParts {
  readonly processes: Pick<ProcessTable, 'placeOf'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly pause: (ms: number) => Promise<void>;
}

const LOOK_EVERY_MS = 50;

type Start = { readonly reason: string } | { readonly draft: string; readonly hasViewers: boolean };

export async function typeInto(parts: SequenceParts, request: TypingRequest): Promise<TypingOutcome> {
  const { target, shown } = request;
  const text = request.as === 'command' ? typeableCommand(request.text) : typeableText(request.text);
  let isIn = false;
  try {
    const start = await startOf(parts, request, text);
    if ('reason' in start) return { outcome: 'held', reason: start.reason };
    const standing = start.draft === '' ? text : start.draft;
    isIn = true;
    if (start.draft === '')
      await (request.as === 'command' ? typeLine(target, text) : pasteText(target, text));
    const unsent = await unsentReason(parts, request, standing, start.hasViewers);
    if (unsent) return { outcome: 'typed_not_submitted', reason: unsent };
    await submit(target);
    return await verified(target, standing, { shown, pause: parts.pause });
  } catch (error) {
    const reason = error instanceof OrqError ? HELD.tmuxSilent : isIn ? UNSENT.paneLost : HELD.paneGone;
    return { outcome: isIn ? 'typed_not_submitted' : 'held', reason };
  }
}

/** Steps 3 to 5: everything that may forbid it, the caller's word last. Leaves copy mode where nobody looks. */
async function startOf(parts: SequenceParts, request: TypingRequest, text: string): Promise<Start> {
  const { target, isOurs } = request;
  const { pause, clock, processes } = parts;
  const look = async (): Promise<Start> => {
    const state = await readState(target);
    if (!state) return { reason: HELD.paneGone };
    const client = placeOf(processes, request.process, state);
    const veto = vetoOf(state, { serverStart: target.serverStart, client }, clock.nowMs());
    if (veto) return { reason: veto };
    if (state.inMode) await tmux(target.socket, ['copy-mode', '-q', '-t', target.pane]);
    const isLeft = (draft: string): boolean =>
      (!isPasteMark(draft) && holdsExactly(draft, text)) || isOurs?.(draft) === true;
    return startFrom(await lookAt(target), isLeft, { hasViewers: state.viewers.length > 0 });
  };
  const first = await look();
  if ('reason' in first) return first;
  await pause(STILL_MS);
  const second = await look();
  if ('reason' in second) return second.reason === HELD.draft ? { reason: HELD.humanTyping } : second;
  if (second.draft !== first.draft) return { reason: HELD.humanTyping };
  const reason = await request.reasonToHold();
  return reason === null ? second : { reason };
}

/** A text that an earlier typing left is sent off, never typed again; a long paste may be anybody's, and is a draft. */
function startFrom(
  screen: Screen,
  isOurs: (draft: string) => boolean,
  { hasViewers }: { readonly hasViewers: boolean },
): Start {
  if (screen.shows !== 'composer')
    return { reason: screen.shows === 'dialog' ? HELD.dialog : HELD.noComposer };
  if (screen.isRunning) return { reason: HELD.turnRunning };
  if (screen.draft !== '' && !isOurs(screen.draft)) return { reason: HELD.draft };
  return { draft: screen.draft, hasViewers };
}

/** Step 8: waits until the box shows exactly the text, and a while longer. Why it must not be sent off, or null. */
async function unsentReason(
  { pause }: SequenceParts,
  { target }: TypingRequest,
  text: string,
  hasViewers: boolean,
): Promise<string | null> {
  let nudged = hasViewers;
  await pause(SETTLE_MS);
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const screen = await lookAt(target);
    const draft = screen.shows === 'composer' ? screen.draft : '';
    if (holdsExactly(draft, text)) return null;
    if (draft !== '' && holdsAmongOthers(draft, text)) return UNSENT.typedOn;
    if (waitedMs >= showingMs(text)) {
      if (nudged || screen.shows !== 'composer') return UNSENT.notShown;
      nudged = true;
      waitedMs = 0;
      await nudge(target, pause);
    }
    await pause(LOOK_EVERY_MS);
  }
}
