/** What the reference forgets: messages that ended long ago, but none that somebody may still ask for. */
import { isOver, type Mail, type Queue } from './reference-state.ts';

/** Of ended messages and of lives that are over. */
export const RETENTION_MS = 3_600_000;

/** A key answers for its message at least this long. */
const KEY_LIFE_MS = 7 * 86_400_000;

/** How a forgotten message ended is known for as many retentions. */
const KNOWN_FOR = 12;

export function prune(queue: Queue): void {
  const beforeMs = queue.nowMs - RETENTION_MS;
  const isWaitedFor = (id: number): boolean => queue.mail.some(({ awaits }) => awaits.includes(id));
  const goes = (mail: Mail): boolean =>
    isOver(mail) &&
    mail.open === null &&
    mail.endedAtMs <= beforeMs &&
    (mail.key === null || mail.enqueuedAtMs <= queue.nowMs - KEY_LIFE_MS) &&
    !isWaitedFor(mail.id);
  for (const { id, state } of queue.mail.filter(goes))
    queue.tombstones.push({ id, state, atMs: queue.nowMs });
  queue.mail = queue.mail.filter((mail) => !goes(mail));
  queue.lives = queue.lives.filter((life) => life.standing !== 'ended' || life.endedAtMs >= beforeMs);
  const knownSinceMs = queue.nowMs - KNOWN_FOR * RETENTION_MS;
  queue.tombstones = queue.tombstones.filter(({ id, atMs }) => atMs >= knownSinceMs || isWaitedFor(id));
}
