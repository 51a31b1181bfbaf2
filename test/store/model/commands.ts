/** Steps as fast-check runs them: each is played and the whole queue compared, so that a failure shrinks to its shortest story. */
import * as fc from 'fast-check';
import { compare } from './compare.ts';
import { playStep, type Play } from './play.ts';
import { emptyQueue, type Queue } from './reference-state.ts';
import { KNOWN } from './drafts.ts';
import { CLIENTS, steps, type Step } from './steps.ts';
import type { World } from './worlds.ts';
import type { Subject } from './subject.ts';

export interface Judging {
  /** Steps of one story at most. */
  readonly maxSteps: number;
  /** Stories begin until this is over; milliseconds. */
  readonly limitMs: number;
  readonly world: World;
  openSubject(nowMs: number): Promise<Subject & AsyncDisposable>;
}

class StepCommand implements fc.AsyncCommand<Queue, Play> {
  readonly #step: Step;

  constructor(step: Step) {
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  async run(queue: Queue, play: Play): Promise<void> {
    await playStep(play, this.#step);
    await compare(play.subject, queue);
  }

  toString(): string {
    return JSON.stringify(this.#step);
  }
}

/** Plays random stories until the time is over; replies with how many, and with the seed that repeats them. */
export async function judge(judging: Judging): Promise<{ stories: number; steps: number; seed: number }> {
  const { maxSteps, limitMs, world } = judging;
  const wanted = process.env['MODEL_SEED'];
  const seed = wanted === undefined ? Date.now() | 0 : Number(wanted);
  const path = process.env['MODEL_PATH'];
  const replayPath = process.env['MODEL_REPLAY'];
  const nowMs = 1_750_000_000_000;
  let stories = 0;
  let played = 0;
  const command = steps(world).map((each) => each.map((step) => new StepCommand(step)));
  const story = fc.commands(command, {
    maxCommands: maxSteps,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  });
  const property = fc.asyncProperty(story, async (commands) => {
    await using subject = await judging.openSubject(nowMs);
    const queue = emptyQueue(nowMs, KNOWN);
    const pids = [...new Set(CLIENTS.map(({ process }) => process))].map(() => subject.newPid());
    stories += 1;
    await fc.asyncModelRun(
      () => ({ model: queue, real: { subject, queue, unanswered: [], pids, prompts: [] } }),
      commands,
    );
    played += [...commands].length;
  });
  const settings = { seed, ...(path !== undefined && { path }) };
  const plugins = [fc.interruptAfterTimeLimit(limitMs)];
  const details = await fc.check(property, { ...settings, numRuns: 1_000_000, plugins });
  // On a starved machine the time is over within the first story: one is played in any case.
  if (details.interrupted && details.numRuns === 0) await fc.assert(property, { ...settings, numRuns: 1 });
  else if (details.failed)
    throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
  return { stories, steps: played, seed };
}
