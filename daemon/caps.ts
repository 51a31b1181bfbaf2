/** The caps on floods, as the settings have them at each message. */
import type { FloodCaps } from '../src/queue/flood.ts';
import type { Config } from './config.ts';

export function capsOf(config: Pick<Config, 'pairRate' | 'agentRate' | 'maxHops'>): FloodCaps {
  return {
    get pairPerMinute() {
      return config.pairRate;
    },
    get agentPerMinute() {
      return config.agentRate;
    },
    get maxHops() {
      return config.maxHops;
    },
  };
}
