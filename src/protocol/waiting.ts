/** Why a message waits, or an agent's mail: the closed set of reasons. Some go on with a fact behind the phrase (`blocked: after message 7`). */

/** In the order in which they are told where several hold: what somebody decided, what is missing, what stands in the pane, what passes. */
export const WAITING_REASONS = {
  paused: 'paused',
  held_back: 'held back',
  scheduled: 'scheduled',
  blocked_after: 'blocked: after message',
  blocked_behind: 'blocked: behind message',
  agent_unknown: 'agent unknown',
  no_hooks: 'no hooks seen',
  hooks_outdated: 'hooks outdated',
  not_trusted: 'workspace not trusted',
  offline: 'agent offline',
  rate_limited: 'rate limited',
  needs_permission: 'needs permission',
  needs_human: 'agent needs a human',
  dialog_open: 'dialog open',
  draft_present: 'draft present',
  human_typing: 'human typing',
  typed_unsent: 'typed and not sent off',
  no_pane: 'no pane to type into',
  pane_gone: 'pane gone',
  pane_unusable: 'pane cannot be typed into',
  session_failed: 'session failed',
  compacting: 'agent compacting',
  busy: 'agent busy',
  no_waiter: 'no waiter parked',
  rung: 'rung, no effect yet',
  rung_lately: 'rung a moment ago',
  being_woken: 'being woken',
  being_typed: 'being typed',
  wake_later: 'rides with the next hook',
  handing_out: 'being handed out',
  in_parts: 'given in parts, more to come',
  unproven: 'injected, not proven seen yet',
  held_by_consumer: 'held by a consumer',
} as const;

export type WaitingCode = keyof typeof WAITING_REASONS;

/** Which of the set a reason is, whatever facts follow its phrase; undefined for one of a newer daemon. */
export function waitingCode(reason: string): WaitingCode | undefined {
  const singular = reason.replace(/^(blocked: \w+) messages /, '$1 message ');
  const codes = Object.keys(WAITING_REASONS) as WaitingCode[];
  return codes.find((code) => {
    const phrase = WAITING_REASONS[code];
    return (
      singular === phrase || (singular.startsWith(phrase) && /^[ :]/.test(singular.slice(phrase.length)))
    );
  });
}

/** Why nothing is typed, or what was typed is not sent off, in the words of the pane arbiter: one of the set, or its general phrase with those words behind it. */
export function codeOfPane(reason: string): { code: WaitingCode; detail?: string } {
  const code = waitingCode(reason);
  return code === undefined ? { code: 'pane_unusable', detail: reason } : { code };
}
