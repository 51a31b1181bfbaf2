/** What a briefing is made of that only the daemon knows. */
import type { BriefingMaterial } from '../src/queue/briefing.ts';
import type { Services } from './services.ts';

export function materialFor(
  { orqctl, newNonce }: Pick<Services, 'orqctl' | 'newNonce'>,
  cause: BriefingMaterial['cause'],
): BriefingMaterial {
  return { cause, orqctl, nonce: newNonce(), template: null, rules: [], work: [] };
}
