/** A briefing that somebody asked for: composed as after a compaction, and stored for the agent's next event. */
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { BriefingMaterial } from '../../queue/briefing.ts';
import type { Addresses } from './address.ts';
import type { Briefings } from './briefing.ts';
import type { Sessions } from './session.ts';

type Reply = ReplyOf<'rebrief'>;

export interface RebriefVerb {
  /** What it would say. @throws OrqError not_found, ambiguous_address. */
  compose(request: RequestOf<'rebrief'>, material: BriefingMaterial): Reply;
  put(request: RequestOf<'rebrief'>, material: BriefingMaterial, nowMs: number): Reply;
}

export function prepareRebrief({
  addresses,
  briefings,
  sessions,
}: {
  addresses: Addresses;
  briefings: Briefings;
  sessions: Sessions;
}): RebriefVerb {
  const compose: RebriefVerb['compose'] = ({ agent: address }, material) => {
    const agent = addresses.known(address);
    const { inTurn = false, promptId = null, key = 0 } = sessions.boundTo(agent) ?? {};
    const turn = inTurn && promptId !== null ? { key, promptId } : null;
    return { agent, id: null, text: briefings.compose(agent, turn, material) };
  };
  return {
    compose,
    put: (request, material, nowMs) => {
      const { agent, text } = compose(request, material);
      return { agent, text, id: briefings.put(agent, text, nowMs) };
    },
  };
}
