/** The port of the pane arbiter: the only writer of keystrokes, one typing per pane at a time. */
import { HELD } from '../../src/pane/held.ts';
import type { ProcessId } from '../../src/protocol/agent.ts';
import type { PaneLocks } from './lock.ts';
import { typeInto, type SequenceParts } from './sequence.ts';

/** A pane that cannot be mistaken for a later one with the same id. */
export interface PaneKey {
  /** Path of the tmux server's socket. */
  readonly socket: string;
  /** When that server started; epoch seconds, as tmux says it. */
  readonly serverStart: number;
  readonly pane: string;
}

export interface TypingRequest {
  readonly target: PaneKey;
  /** The client that has to run in the pane; null where nobody knows it: then the foreground program must be no shell. */
  readonly process: ProcessId | null;
  readonly text: string;
  /** `command`: a slash command that has to run. `text`: whatever it begins with, it stays text. */
  readonly as: 'text' | 'command';
  /** Whether a draft is a text that an earlier typing of the caller left in the box: it is sent off in place of `text`. */
  readonly isOurs?: (draft: string) => boolean;
  /** What only the caller knows, asked under the pane's lock just before the first key: a reason to hold, or null. */
  readonly reasonToHold: () => Promise<string | null>;
  /** Resolves when an event of the session shows that it took the text; null for clients without hooks. */
  readonly shown: Promise<unknown> | null;
}

export type TypingOutcome =
  /** `event`: the client's own hook has shown the text. `screen`: its input box took the text and is empty again, which proves less. */
  | { readonly outcome: 'delivered'; readonly proof: 'event' | 'screen' }
  /** The text stands in the input box and was not sent off. Whoever tries again finds it as a draft: it is never typed twice. */
  | { readonly outcome: 'typed_not_submitted'; readonly reason: string }
  /** Not one key was typed. */
  | { readonly outcome: 'held'; readonly reason: string };

export interface PaneArbiter {
  /** Types the text and sends it off, where nothing forbids it. Takes up to 40 seconds; rejects for a broken invariant alone. */
  type(request: TypingRequest): Promise<TypingOutcome>;
}

/** How long a typing waits for the one before it; milliseconds. */
const LOCK_PATIENCE_MS = 30_000;

const PANE = /^%\d{1,10}$/;

export function openPaneArbiter(parts: SequenceParts & { readonly locks: PaneLocks }): PaneArbiter {
  return {
    type: async (request) => {
      if (!PANE.test(request.target.pane)) return { outcome: 'held', reason: HELD.paneGone };
      await using lock = await parts.locks.take(request.target, LOCK_PATIENCE_MS);
      return lock ? await typeInto(parts, request) : { outcome: 'held', reason: HELD.paneTaken };
    },
  };
}
