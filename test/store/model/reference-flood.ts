/** Caps on floods in the reference: each way of mail is a bucket that fills evenly, and a message that finds it empty waits for its share. */
import { mailOf, refuse } from './reference-refusal.ts';
import { boundTo } from './reference-lives.ts';
import { isOverById, placeOf, settle } from './reference-waiting.ts';
import type { Mail, Queue } from './reference-state.ts';

const MINUTE_MS = 60_000;

interface Arriving {
  readonly agent: string;
  readonly from: string | null;
  readonly wishedAtMs: number;
  readonly ttlMs: number;
  readonly waits: boolean;
}

type Held = Pick<Mail, 'hops' | 'held' | 'readyAtMs' | 'expiresAtMs'>;

/** What the caps make of a message that arrives. One over too many hops waits for somebody's word, one out of turn for its turn; its time to live begins then. */
export function heldBack(queue: Queue, arriving: Arriving): Partial<Held> & { readonly byHops?: boolean } {
  const { agent, from, wishedAtMs, ttlMs, waits } = arriving;
  const { pairPerMinute, agentPerMinute, maxHops } = queue.caps;
  const hops = maxHops > 0 && from !== null ? hopsOf(queue, from) : 0;
  const turnMs = Math.max(
    from === null ? 0 : takeFrom(queue, { agent, from }, pairPerMinute),
    takeFrom(queue, { agent, from: null }, agentPerMinute),
  );
  if (maxHops > 0 && hops > maxHops) return { hops, held: true, byHops: true };
  if (turnMs <= wishedAtMs) return { hops };
  return { hops, held: !waits, readyAtMs: turnMs, expiresAtMs: turnMs + ttlMs };
}

/** One more than the most of what the sender has in hand: open, or leased to the session that speaks for it. */
function hopsOf(queue: Queue, from: string): number {
  const life = boundTo(queue, from)?.key;
  const inHand = queue.mail.filter(
    ({ agent, open, lease }) =>
      (agent === from && open !== null) || (life !== undefined && lease?.life === life),
  );
  return 1 + Math.max(-1, ...inHand.map(({ hops }) => hops));
}

/** Takes one message out of a bucket; replies with when it may pass. */
function takeFrom(queue: Queue, way: { agent: string; from: string | null }, perMinute: number): number {
  if (perMinute === 0) return 0;
  const shareMs = MINUTE_MS / perMinute;
  const known = queue.buckets.find(({ agent, from }) => agent === way.agent && from === way.from);
  const bucket = known ?? { ...way, left: perMinute, atMs: queue.nowMs };
  if (!known) queue.buckets.push(bucket);
  const passedMs = queue.nowMs - bucket.atMs;
  bucket.left = passedMs < 0 ? perMinute : Math.min(perMinute, bucket.left + passedMs / shareMs);
  bucket.atMs = queue.nowMs;
  const turnMs = queue.nowMs + Math.max(0, 1 - bucket.left) * shareMs;
  bucket.left -= 1;
  return turnMs;
}

/** Somebody lets it go: one that waits for what does not come any more, one out of turn at once, one over too many hops at the time that its sender named. */
export function release(queue: Queue, id: number) {
  const mail = mailOf(queue, id);
  const comes = mail.awaits.filter((other) => !isOverById(queue, other));
  const waitsInVain = mail.state === 'blocked' && comes.length < mail.awaits.length;
  const isHeld = mail.held && (mail.state === 'blocked' || mail.state === 'scheduled');
  if (!isHeld && !waitsInVain) refuse('wrong_state');
  if (mail.state === 'blocked') mail.awaits = comes;
  if (mail.state === 'scheduled') mail.readyAtMs = queue.nowMs;
  mail.held = false;
  mail.state = placeOf(queue, mail, mail.awaits.length > 0);
  settle(queue);
  return mail.state;
}
