/** From what a client, its texts or its end show to a cause that the restart policy knows. */
import type { RestartCause } from '../protocol/restart.ts';

/** `error` of StopFailure as Claude Code 2.1.197 to 2.1.330 name it; the set is open. */
export const FAILURE_CAUSES: Readonly<Record<string, RestartCause>> = {
  rate_limit: 'rate_limit',
  overloaded: 'overloaded',
  server_error: 'overloaded',
  authentication_failed: 'authentication',
  oauth_org_not_allowed: 'authentication',
  account_on_hold: 'authentication',
  cloud_credential_error: 'authentication',
  billing_error: 'billing',
  invalid_request: 'request',
  model_not_found: 'request',
  max_output_tokens: 'output_limit',
  unknown: 'unknown',
};

export function causeOfFailure(error: string | null): RestartCause {
  return (error !== null && Object.hasOwn(FAILURE_CAUSES, error) && FAILURE_CAUSES[error]) || 'unknown';
}

/** Whether the service refuses turns for now: the client lives, and its next turn may go. */
export function isLimit(error: string | null): boolean {
  return error === 'rate_limit' || error === 'overloaded';
}

export interface ErrorPattern {
  /** Part of a notice, in lower case. */
  readonly text: string;
  readonly cause: RestartCause;
}

/** The texts that the old system knew, those that forbid a restart first. */
export const ERROR_PATTERNS: readonly ErrorPattern[] = [
  { text: 'credits exhausted', cause: 'billing' },
  { text: 'subscription expired', cause: 'billing' },
  { text: 'authentication failed', cause: 'authentication' },
  { text: 'permission denied', cause: 'permission' },
  { text: 'disk full', cause: 'disk' },
  { text: 'out of memory', cause: 'memory' },
  { text: 'tmux server exited', cause: 'server_lost' },
  { text: 'lost connection', cause: 'server_lost' },
  { text: 'session not found', cause: 'pane_lost' },
  { text: 'pane dead', cause: 'pane_lost' },
  { text: 'no such window', cause: 'pane_lost' },
  { text: "can't find session", cause: 'pane_lost' },
  { text: 'connection reset', cause: 'crashed' },
  { text: 'connection refused', cause: 'crashed' },
  { text: 'timeout', cause: 'crashed' },
  { text: 'broken pipe', cause: 'crashed' },
  { text: 'context window exceeded', cause: 'crashed' },
  { text: 'rate limit', cause: 'rate_limit' },
  { text: 'api error', cause: 'overloaded' },
  { text: 'process died', cause: 'crashed' },
  { text: 'killed', cause: 'crashed' },
  { text: 'terminated unexpectedly', cause: 'crashed' },
];

/** The first pattern that a text holds decides; undefined where none does. */
export function causeOfText(text: string, patterns: readonly ErrorPattern[]): RestartCause | undefined {
  const lower = text.toLowerCase();
  return patterns.find((pattern) => lower.includes(pattern.text))?.cause;
}

/** Notices that speak of dialogs, of idling or of success quote words of tools and people: they are no errors. */
export function mayTellOfError(notificationType: string | null): boolean {
  return notificationType === null || !QUIET_TYPES.test(notificationType);
}

const QUIET_TYPES =
  /^(?:permission_prompt|elicitation_.*|idle_prompt|auth_success|agent_needs_input|agent_completed|quota_.*)$/;

/** What is known of a client whose process is gone. */
export interface Loss {
  /** Somebody asked orq to stop it. */
  readonly wasStopped: boolean;
  /** It hung, and was ended for it. */
  readonly wasHung: boolean;
  /** It ran before this boot of the machine. */
  readonly otherBoot: boolean;
  /** `reason` of the SessionEnd that it sent, if it sent one. */
  readonly farewell: string | null;
  readonly server: 'there' | 'gone';
  readonly pane: 'there' | 'gone';
  /** It was what its pane had been started with: nothing was left there to close. */
  readonly ownedPane: boolean;
  /** What it exited with, where its pane shows that. */
  readonly exit: { readonly status: number | null; readonly signal: number | null } | null;
}

/** How people leave: `/exit` and Ctrl-D, and `/logout`. */
const GOODBYES: ReadonlySet<string> = new Set(['prompt_input_exit', 'logout']);

/**
 * Why a client is gone. A pane that went while its server stayed was closed by somebody, unless it went with the client: that ended
 * without a word, and was all that the pane held.
 */
export function causeOfLoss(loss: Loss): RestartCause {
  if (loss.wasStopped) return 'stopped';
  if (loss.wasHung) return 'hung';
  if (loss.farewell !== null && GOODBYES.has(loss.farewell)) return 'clean_exit';
  if (loss.otherBoot) return 'rebooted';
  if (loss.server === 'gone') return 'server_lost';
  if (loss.pane === 'gone') return loss.farewell === null && loss.ownedPane ? 'pane_lost' : 'closed';
  if (loss.exit?.status === 0 && loss.exit.signal === null && loss.farewell !== null) return 'clean_exit';
  return 'crashed';
}
