/** Many messages to an idle agent, one after the other, and how long each took to reach a prompt. */
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import type { Stage } from './orq-on-each-client.ts';

export const MESSAGES = 50;
/** How long each message took from its commit to the prompt that took it along; milliseconds, ascending. */
export async function delivered(
  { orq, agentId, scenario }: Stage,
  isReady: () => Promise<unknown>,
  before: (number: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<number[]> {
  const took: number[] = [];
  for (let number = 1; number <= MESSAGES; number += 1) {
    await isReady();
    await before(number);
    const words = `bird ${number} has landed`;
    const { id } = await orq.enqueue({ agent: agentId, text: words });
    assert.equal((await scenario.api.main.nextHolding(words)).count(words), 1);
    await orq.seen(id);
    const { receipts } = await orq.shown(id);
    const [queuedMs = 0, injectedMs = Infinity] = receipts.map(({ atMs }) => atMs);
    took.push(injectedMs - queuedMs);
  }
  return took.toSorted((a, b) => a - b);
}

/** Prints the figures; the 95th percentile. */
export function told(what: string, version: string, took: readonly number[]): number {
  const at = (share: number): number => took[Math.ceil(took.length * share) - 1] ?? Infinity;
  process.stdout.write(
    `${what} on ${version}: ${took.length} of ${MESSAGES}, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, longest ${at(1)} ms, load ${loadavg()[0]}\n`,
  );
  return at(0.95);
}

/** Others want more of the machine than there is: times say nothing then. */
export function isLoaded(): boolean {
  return (loadavg()[0] ?? 0) > availableParallelism();
}
