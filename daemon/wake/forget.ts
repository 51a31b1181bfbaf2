/** What this process remembers of an agent by its id goes with the id: the agent has another one now, or is known no more. */
import type { Services } from '../services.ts';

export function forgetId(
  { ringer, obstacles, briefings }: Pick<Services, 'ringer' | 'obstacles' | 'briefings'>,
  agent: string,
): void {
  ringer.forget(agent);
  obstacles.passed(agent);
  briefings.forget(agent);
}
