/** Registers one test for each client under test, with orq beside it. */
import { onEachClient, type OnClients } from './on-each-client.ts';
import { Orq } from './orq.ts';
import type { Scenario } from './scenario.ts';
import type { Environment } from './terminal.ts';

/** What a test is about: `agent` is the id that orq gives to the agent of the scenario's first window. */
export interface Stage {
  readonly scenario: Scenario;
  readonly orq: Orq;
  readonly agentId: string;
}

/** `settings` go into the daemon's environment. */
export function orqOnEachClient(
  behaviour: string,
  run: (stage: Stage) => Promise<void>,
  settings: Environment = {},
  how: OnClients = {},
): void {
  onEachClient(
    behaviour,
    async (scenario) => {
      await using orq = await Orq.start(scenario, settings);
      try {
        await run({ scenario, orq, agentId: 'work:agent' });
      } catch (cause) {
        throw new Error(`${String(cause)}\n\nlast words of the daemon:\n${orq.logTail()}`, { cause });
      }
    },
    how,
  );
}
