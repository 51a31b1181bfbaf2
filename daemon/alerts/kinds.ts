/** What the user's command is told of: a closed table, each with what happened. */
export const ALERTS = {
  held: 'an agent is not started again, or its turns fail, until a person or a turn ends it',
  crash_loop: 'an agent crashed more often than its limit allows, and is not started again',
  hung: 'an agent shows nothing in the middle of a turn, for as long as `hungMs` says',
  dead_letter: 'a message was given up',
  disk: 'the disk of the state directory is full: nothing new is stored',
  needs_human: 'an agent waits for a person: a permission, a question',
  maintenance: 'a work of maintenance failed: a backup, a look at the whole database',
  daemon_failed: 'systemd has given the daemon up, and starts it no more',
} as const satisfies Record<string, string>;

export type AlertKind = keyof typeof ALERTS;

export interface AlertFields {
  /** Whom or what it is about: an agent, a work, a unit; empty for the machine. */
  readonly subject: string;
  readonly [field: string]: unknown;
}
