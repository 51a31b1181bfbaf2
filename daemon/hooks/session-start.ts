/** A session starts, resumes, is cleared or forked: it is bound or refused, and told who it is. After a compaction the same life goes on. */
import { bootstrapText } from '../../src/agents/bootstrap.ts';
import { context, exchangeEvent, NOTHING, type HookAnswer, type HookParts } from './exchange.ts';
import type { HookRequest } from './hook-request.ts';

export async function sessionStart(parts: HookParts, hook: HookRequest): Promise<HookAnswer> {
  const { session } = await exchangeEvent(parts, 'SessionStart', hook, {
    compacted: hook.source === 'compact',
  });
  if (session?.standing !== 'bound' || session.agent === null || hook.subagent) return NOTHING;
  const { agent } = session;
  const { project, team } = await parts.store.teamOf(agent);
  return {
    body: context('SessionStart', bootstrapText({ agent, project, team, orqctl: parts.orqctl })),
    leases: [],
  };
}
