/** A message as it is stored, read into the shape that the contract shows. */
import type { DependencyPolicy, MessageState, Wake } from '../../protocol/message.ts';
import type { Message } from '../../protocol/schemas.ts';
import { scopeOf } from '../../queue/lane.ts';
import { NO_END_MS } from '../../queue/push.ts';

export interface MessageRow {
  readonly id: number;
  readonly agent: string;
  readonly state: MessageState;
  readonly priority: number;
  readonly from: string | null;
  readonly project: string | null;
  readonly threadId: string | null;
  readonly replyTo: number | null;
  readonly idempotencyKey: string | null;
  readonly wake: Wake;
  readonly lane: string | null;
  readonly awaits: number;
  readonly onDependencyFailure: DependencyPolicy | null;
  readonly dependencyUntilMs: number | null;
  /** A JSON array of ids. */
  readonly after: string;
  readonly text: string;
  readonly attempts: number;
  readonly failures: number;
  readonly open: number;
  readonly enqueuedAtMs: number;
  readonly readyAtMs: number;
  readonly expiresAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly reason: string | null;
  readonly leaseToken: number;
  readonly leasedAtMs: number | null;
  readonly leaseUntilMs: number | null;
  readonly leaseEvent: string | null;
  readonly leaseInjected: number | null;
  readonly leaseSessionId: string | null;
  readonly leasePartsLeft: number | null;
  readonly hops: number;
  readonly held: string | null;
}

export function messageFromRow(row: MessageRow): Message {
  const {
    leaseToken,
    leasedAtMs,
    leaseUntilMs,
    leaseEvent,
    leaseInjected,
    leaseSessionId,
    leasePartsLeft,
    hops,
    held,
    open,
    lane,
    after,
    awaits: _awaits,
    ...rest
  } = row;
  const lease =
    leasedAtMs === null
      ? null
      : {
          token: leaseToken,
          sinceMs: leasedAtMs,
          untilMs: leaseUntilMs === NO_END_MS ? null : leaseUntilMs,
          session: leaseSessionId,
          event: leaseEvent,
          injected: leaseInjected === 1,
          partsLeft: leasePartsLeft,
        };
  return {
    ...rest,
    sequence: row.id,
    scope: scopeOf(lane),
    after: JSON.parse(after) as number[],
    open: open === 1,
    lease,
    waiting: null,
    ...(hops > 0 && { hops }),
    ...(held !== null && { held }),
  };
}
