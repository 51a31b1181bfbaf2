/** Threads: whoever replies stands in the thread of what it replies to, or begins one with it. */

/** A message that can be replied to. */
export interface Answered {
  readonly id: number;
  readonly threadId: string | null;
}

/** The thread that a message begins which stands in none. */
export function ownThread(id: number): string {
  return String(id);
}

/** In which thread a reply stands: the sender's word holds. `begun`: the message that is replied to begins it, and stands in it from now on. */
export function placeReply(
  answered: Answered,
  given: string | undefined,
): { threadId: string; begun: boolean } {
  const own = ownThread(answered.id);
  const threadId = given ?? answered.threadId ?? own;
  return { threadId, begun: answered.threadId === null && threadId === own };
}
