/** What each reason to wait means for people: what holds, what is tried next, what they can do about it. */
import type { WaitingCode } from '../../src/protocol/waiting.ts';

export interface Words {
  readonly says: string;
  readonly next: string;
  /** Null: nothing has to be done. */
  readonly remedy: ((agent: string) => string) | null;
}

const PROMPT = 'type anything to the agent: its next prompt takes the mail along';

export const WHY_WORDS: Readonly<Record<WaitingCode, Words>> = {
  paused: {
    says: 'its mail is paused',
    next: 'nothing is handed out or rung until somebody resumes it',
    remedy: (agent) => `orqctl agent resume ${agent}`,
  },
  held_back: {
    says: 'it came too fast or over too many hops',
    next: 'one that came too fast goes at its time, one over too many hops waits for somebody',
    remedy: () => 'orqctl release ID lets it go',
  },
  scheduled: {
    says: 'its time has not come, or it is kept back after a failure',
    next: 'it becomes ready at its time',
    remedy: null,
  },
  blocked_after: {
    says: 'it waits for other messages',
    next: 'it goes when all of them are delivered, or by its own rule when one fails',
    remedy: () =>
      'orqctl why ID of the one that it waits for, orqctl ack of that one lets this go; where that one is dead or cancelled, orqctl release of this one',
  },
  blocked_behind: {
    says: 'earlier messages stand before it in its order',
    next: 'it goes when those are delivered, dead or cancelled',
    remedy: () => 'orqctl why ID of the first of them',
  },
  agent_unknown: {
    says: 'no agent of that name was ever seen',
    next: 'the first hook of an agent of that name takes it, or a dequeue',
    remedy: () => 'orqctl agents lists who is there; orqctl hooks install puts hooks where the agent runs',
  },
  no_hooks: {
    says: 'the agent runs, and none of its hooks was ever seen',
    next: 'its first hook takes the mail',
    remedy: (agent) =>
      `orqctl hooks install in its folder, then any prompt; or orqctl agent mode push ${agent}`,
  },
  hooks_outdated: {
    says: 'its client or its hooks are older than orq needs',
    next: 'mail goes with the hooks that it has',
    remedy: () => 'orqctl hooks install again, and update the client',
  },
  not_trusted: {
    says: 'its client does not trust the folder, and runs no hooks there',
    next: 'its first hook takes the mail',
    remedy: () => "answer the client's question whether the folder is trusted",
  },
  offline: {
    says: 'no session speaks for it now',
    next: 'the next session that starts for it is rung',
    remedy: () => 'start the agent',
  },
  rate_limited: {
    says: 'the service refuses its turns for now: a rate limit, or overload',
    next: 'its next hook takes the mail; it is rung again and again, ever slower',
    remedy: () => `wait until the limit is over; then ${PROMPT}`,
  },
  needs_permission: {
    says: 'it asks a human for permission',
    next: 'the tool batch that follows the answer takes the mail; nothing is typed into a dialog',
    remedy: () => 'answer the dialog in its window',
  },
  needs_human: {
    says: 'it asks a human something',
    next: 'the hook that follows the answer takes the mail; nothing is typed into a dialog',
    remedy: () => 'answer the dialog in its window',
  },
  dialog_open: {
    says: 'a dialog stands open in its window',
    next: 'it is tried again, ever slower; nothing is typed into a dialog',
    remedy: () => 'answer the dialog in its window',
  },
  draft_present: {
    says: 'a half-typed line stands in its input box, which orq does not touch',
    next: 'it is tried again, ever slower, and when the line is sent off',
    remedy: () => 'send the line off, or delete it',
  },
  human_typing: {
    says: 'somebody types in its window',
    next: 'it is tried again when the keys have rested',
    remedy: null,
  },
  typed_unsent: {
    says: 'it was typed, and whether the client took it is not known; it is not typed again',
    next: 'a hook of the agent that shows it settles it',
    remedy: () => 'look at its window and press Enter there; or orqctl requeue ID, or orqctl ack ID',
  },
  no_pane: {
    says: 'it is in push mode, and orq knows no pane of it',
    next: 'its next hook inside tmux tells its pane',
    remedy: (agent) => `run it in tmux; or orqctl agent mode pull ${agent}`,
  },
  pane_gone: {
    says: 'tmux shows its pane no more',
    next: 'its next session, in whatever pane, takes the mail',
    remedy: (agent) => `start it in another pane under the same name, or orqctl agent forget ${agent}`,
  },
  pane_unusable: {
    says: 'its pane cannot be typed into now',
    next: 'it is tried again, ever slower',
    remedy: () => 'look at its window: it may be in copy mode, run another program, or be gone',
  },
  session_failed: {
    says: 'an API error ended its turn',
    next: 'its next hook takes the mail; it is rung when it has been silent for long',
    remedy: () => PROMPT,
  },
  compacting: {
    says: 'it compacts its context',
    next: 'the hook that follows takes the mail',
    remedy: null,
  },
  busy: {
    says: 'it is in a turn',
    next: 'the next tool batch or the end of the turn takes the mail',
    remedy: null,
  },
  no_waiter: {
    says: 'it is idle, and nothing is parked that could wake it',
    next: 'its next prompt takes the mail',
    remedy: () => `${PROMPT}; orqctl hooks check tells whether its hooks are whole`,
  },
  rung: {
    says: 'it was rung, and no hook has followed yet',
    next: 'it is rung again, ever slower',
    remedy: null,
  },
  rung_lately: {
    says: 'it was rung a moment ago',
    next: 'rings within a short while are one; it is rung again after that',
    remedy: null,
  },
  being_woken: { says: 'it is being woken', next: 'the prompt that follows takes the mail', remedy: null },
  being_typed: { says: 'it is being typed into its pane', next: 'its outcome is seconds away', remedy: null },
  wake_later: {
    says: 'its sender wants nobody woken for it',
    next: 'the next hook of the agent takes it along',
    remedy: () => PROMPT,
  },
  handing_out: {
    says: 'it was given to a hook that has not yet said that it printed it',
    next: 'it goes back when that connection ends without a word',
    remedy: null,
  },
  in_parts: {
    says: 'it is longer than one hook may print, and is given in parts',
    next: 'the next hook takes the next part',
    remedy: null,
  },
  unproven: {
    says: 'the agent has it in its context; no later hook has proven that the model ran after it',
    next: 'the next tool batch or the end of the turn proves it, else it is given again',
    remedy: null,
  },
  held_by_consumer: {
    says: 'a consumer has leased it',
    next: 'it comes back when the lease ends without an ack',
    remedy: () => 'orqctl requeue ID takes it back now',
  },
};
