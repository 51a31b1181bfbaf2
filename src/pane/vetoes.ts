/** What tmux and the process table say against typing into a pane. */
import { HELD, type Held } from './held.ts';

/** A pane as tmux shows it now. */
export interface PaneState {
  readonly serverStart: number;
  readonly panePid: number;
  readonly isDead: boolean;
  readonly inMode: boolean;
  readonly inputOff: boolean;
  readonly synchronised: boolean;
  /** Name of the program in the foreground. */
  readonly command: string;
  /** Terminals that show this pane now, and when a key or a resize last came from each; epoch milliseconds, whole seconds. */
  readonly viewers: readonly { readonly activeAtMs: number }[];
}

/** Where the client is: `here` it reads what is typed into the pane. */
export type ClientPlace = 'here' | 'background' | 'elsewhere' | 'gone' | 'unknown';

const SHELLS = /^-?(?:sh|bash|dash|zsh|ash|ksh|mksh|fish|tcsh|csh|nu|xonsh|pwsh|busybox|login|su|sudo)$/;

/** tmux tells activity in whole seconds: what came half a second ago may look one and a half seconds old. */
const TYPING_MS = 1_500;

/** The first thing that forbids it, or null. */
export function vetoOf(
  state: PaneState,
  { serverStart, client }: { readonly serverStart: number; readonly client: ClientPlace },
  nowMs: number,
): Held | null {
  if (state.serverStart !== serverStart) return HELD.paneGone;
  if (state.isDead) return HELD.paneDead;
  if (client === 'gone' || client === 'elsewhere') return HELD.clientGone;
  if (client === 'background') return HELD.otherProgram;
  if (client === 'unknown' && SHELLS.test(state.command)) return HELD.otherProgram;
  if (state.inputOff) return HELD.inputOff;
  if (state.synchronised) return HELD.synchronised;
  if (state.inMode && state.viewers.length > 0) return HELD.copyMode;
  if (state.viewers.some(({ activeAtMs }) => nowMs - activeAtMs < TYPING_MS)) return HELD.humanTyping;
  return null;
}
