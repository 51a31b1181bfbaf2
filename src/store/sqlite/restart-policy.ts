/** What people said of single agents' restarts, over what the settings say for all. */
import type { RestartMode, RestartPolicy } from '../../protocol/restart.ts';
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { ChosenAgents } from './agent-choice.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_POLICY = `SELECT is_on AS isOn, max_count AS maxCount, window_ms AS windowMs FROM restart_policy WHERE agent = @agent`;

const SET_POLICY = `
  INSERT INTO restart_policy (agent, is_on, max_count, window_ms) VALUES (@agent, @isOn, @maxCount, @windowMs)
  ON CONFLICT (agent) DO UPDATE
     SET is_on = excluded.is_on, max_count = ifnull(excluded.max_count, max_count), window_ms = ifnull(excluded.window_ms, window_ms)`;

/** Rides on the primary key. */
const DROP_POLICY = `DELETE FROM restart_policy WHERE agent = @agent`;

export interface RestartPolicies {
  /** `policy` with what was said of this agent. */
  of(agent: string, policy: RestartPolicy): RestartPolicy;
  /** @throws OrqError bad_request, not_found, ambiguous_address. */
  set(request: RequestOf<'agentRestartPolicy'>): ReplyOf<'agentRestartPolicy'>;
}

const IS_ON: Readonly<Record<RestartMode, 0 | 1 | null>> = { on: 1, off: 0, default: null };

export function prepareRestartPolicies(db: Database, { chosen }: { chosen: ChosenAgents }): RestartPolicies {
  type Own = { isOn: 0 | 1 | null; maxCount: number | null; windowMs: number | null };
  const select = db.prepare<{ agent: string }, Own>(SELECT_POLICY);
  const set = db.prepare<Own & { agent: string }>(SET_POLICY);
  const drop = db.prepare<{ agent: string }>(DROP_POLICY);
  return {
    of: (agent, policy) => {
      const own = select.get({ agent });
      if (!own) return policy;
      return {
        ...policy,
        isOn: own.isOn === null ? policy.isOn : own.isOn === 1,
        limit: own.maxCount ?? policy.limit,
        windowMs: own.windowMs ?? policy.windowMs,
      };
    },
    set: ({ mode, limit, windowMs, ...choice }) => ({
      agents: chosen(choice).map((agent) => {
        if (mode === 'default' && limit === undefined && windowMs === undefined) drop.run({ agent });
        else set.run({ agent, isOn: IS_ON[mode], maxCount: limit ?? null, windowMs: windowMs ?? null });
        return { id: agent, mode };
      }),
    }),
  };
}
