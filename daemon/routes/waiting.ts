/** Gathers what the rule of waiting wants to know, once for each agent. */
import { dependsOnAgent, waitingOf, type Reachability } from '../../src/agents/why.ts';
import type { Message } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export type WaitingParts = Pick<Services, 'store' | 'ringer' | 'obstacles'>;

export async function reachabilityOf(
  { ringer, obstacles }: Pick<WaitingParts, 'ringer' | 'obstacles'>,
  agent: string,
): Promise<Reachability> {
  return { verdict: await ringer.verdict(agent), obstacle: await obstacles.of(agent) };
}

export async function withWaiting(parts: WaitingParts, messages: readonly Message[]): Promise<Message[]> {
  const agents = new Map<string, Reachability>();
  for (const agent of new Set(messages.filter(dependsOnAgent).map((message) => message.agent)))
    agents.set(agent, await reachabilityOf(parts, agent));
  const pushes = messages.some(isPushed) ? await parts.store.pushes() : undefined;
  return messages.map((message) => {
    const phase = pushes?.get(message.id);
    const typed = phase && (phase === 'unsent' ? 'typed_unsent' : 'being_typed');
    return { ...message, waiting: waitingOf(message, agents.get(message.agent), typed) };
  });
}

/** Leased to nobody's session, and by no consumer whose time runs. */
function isPushed({ lease }: Message): boolean {
  return lease?.session === null && lease.untilMs === null;
}
