/** The line that wakes an idle session, and how its echo in a prompt is told from words of a human. */

/** What a waiter prints; the nonce is new for every wake. */
export function bell(nonce: string): string {
  return `orq: mail waiting (bell ${nonce})\n`;
}

const BELL = /orq: mail waiting \(bell ([0-9a-f]{16})\)/g;

/** The nonces of all bells in a prompt. */
export function bellsIn(prompt: string): string[] {
  return [...prompt.matchAll(BELL)].flatMap((match) => match[1] ?? []);
}
