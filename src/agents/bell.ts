/** The line that wakes an idle session, and how its echo in a prompt is told from words of a human. */

/** What a waiter prints; the nonce is new for every wake. */
export function bell(nonce: string): string {
  return `orq: mail waiting (bell ${nonce})\n`;
}

/** How Claude Code 2.1.197 and 2.1.330 wrap what a waiter printed, whatever event armed it (measured 2026-11-22). */
const WRAPPED =
  /^(?:<task-notification>\s*<summary>Stop hook feedback<\/summary>\s*<\/task-notification>\s*<system-reminder>\s*Stop hook blocking error from command "[^"\n]{1,300}": orq: mail waiting \(bell [0-9a-f]{16}\)\s*<\/system-reminder>\s*)+$/;

const BARE = /^\s*orq: mail waiting \(bell [0-9a-f]{16}\)\s*$/;

/** Whether a prompt holds nothing but bells and the client's own wrapping of them. Where in doubt no: a prompt that says more is never blocked. */
export function isOnlyBell(prompt: string): boolean {
  return BARE.test(prompt) || WRAPPED.test(prompt);
}
