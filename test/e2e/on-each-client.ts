/** Registers one test for each client under test. */
import { describe, test } from 'node:test';
import { chosenClients, findClient } from './claude-binary.ts';
import { Scenario } from './scenario.ts';

const TEST_TIMEOUT_MS = 90_000;

interface Reporter {
  skip(reason: string): void;
  diagnostic(text: string): void;
}

async function runOn(
  version: string,
  context: Reporter,
  run: (scenario: Scenario) => Promise<void>,
): Promise<void> {
  const client = await findClient(version);
  if ('unavailable' in client) return context.skip(client.unavailable);
  await using scenario = await Scenario.open(client.version, client.executable);
  try {
    await run(scenario);
  } catch (error) {
    context.diagnostic(await scenario.describe());
    throw error;
  }
}

export interface OnClients {
  /** Milliseconds; 90 seconds where not given. */
  readonly timeoutMs?: number;
  /** So that none takes the processor from what is timed of the other. */
  readonly oneByOne?: boolean;
}

/** The clients run side by side where `oneByOne` is not said. Skipped, with the reason, where one cannot be had; where it does not gate, a failure is reported as `todo` and does not fail the run. */
export function onEachClient(
  behaviour: string,
  run: (scenario: Scenario) => Promise<void>,
  { timeoutMs = TEST_TIMEOUT_MS, oneByOne = false }: OnClients = {},
): void {
  void describe(behaviour, { concurrency: !oneByOne }, () => {
    for (const { version, gates } of chosenClients()) {
      const options = { timeout: timeoutMs, todo: gates ? false : 'this client does not gate' };
      void test(`on ${version}`, options, (context) => runOn(version, context, run));
    }
  });
}
