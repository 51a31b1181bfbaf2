/** After a commit: whoever waits for an agent's mail hears of it, and its session is rung where the rule says so. */
import type { Services } from '../services.ts';

export async function arrived(
  {
    arrivals,
    ringer,
  }: Pick<Services, 'arrivals'> & { readonly ringer: Pick<Services['ringer'], 'consider'> },
  agents: Iterable<string>,
): Promise<void> {
  const each = new Set(agents);
  arrivals.announce(each);
  for (const agent of each) await ringer.consider(agent);
}
