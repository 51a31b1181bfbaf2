/** POST /v1/restarts: a supervisor outside asks what it is to do; "restart" is a grant that nobody else has. */
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { tellHeld } from '../restarts/held.ts';
import { policyOf } from '../restarts/policy.ts';
import type { Services } from '../services.ts';

/** How long a supervisor may take until the agent's first hook; milliseconds. */
const GRANT_MS = 120_000;

const LONGEST_DETAIL = 500;

export async function restartReport(
  parts: Pick<Services, 'store' | 'log' | 'clock' | 'random' | 'about' | 'alerts' | 'restarts'>,
  { agent, error, alive, ...told }: RequestOf<'restartReport'>,
): Promise<ReplyOf<'restartReport'>> {
  const { store, log, clock, random, about } = parts;
  const id = await store.agentAt(agent);
  const cause = told.cause ?? parts.restarts.causeOf(error ?? '') ?? 'unknown';
  const isAlive = alive ?? (await store.boundTo(id)) !== null;
  const detail = error?.replaceAll(/\s+/g, ' ').slice(0, LONGEST_DETAIL) ?? null;
  const decision = await store.reportRestart(
    { agent: id, cause, detail, isAlive, grantMs: GRANT_MS },
    policyOf(about.config),
    random(),
  );
  if (!decision) throw new OrqError('internal', `agent "${id}": its report was not counted`);
  const { verdict } = decision;
  log.info({ event: 'restart_decided', agent: id, cause, verdict: verdict.kind }, 'restart decided');
  if (verdict.kind === 'hold') tellHeld(parts, { agent: id, cause, reason: verdict.reason });
  const granted = verdict.kind === 'restart' ? clock.nowMs() + GRANT_MS : null;
  return {
    id: decision.id,
    agent: id,
    cause,
    verdict: verdict.kind,
    reason: 'reason' in verdict ? verdict.reason : null,
    afterMs: verdict.kind === 'after' ? verdict.afterMs : null,
    untilMs: verdict.kind === 'hold' ? verdict.untilMs : granted,
  };
}
