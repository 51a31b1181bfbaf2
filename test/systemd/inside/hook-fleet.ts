/** A fleet whose agents call the real orq-hook at a steady pace, each one after the other as its client would, and what each of them printed. */
import { setTimeout as pause } from 'node:timers/promises';
import { daemonEnvironment } from '../../support/daemon.ts';
import { NATIVE, outcomeOf, startHook, TWIN } from '../../client/hook/clients.ts';
import { messagesIn } from '../../soak/agents.ts';

export interface FleetHook {
  /** When it was started, by `performance.now`, and what it took; milliseconds. */
  readonly atMs: number;
  readonly ms: number;
  readonly code: number | null;
  /** The messages that it printed. */
  readonly ids: readonly number[];
}

export interface FleetRun {
  readonly hooks: readonly FleetHook[];
  readonly perSecond: number;
}

export interface Fleet {
  readonly agents: readonly string[];
  /** Ends the load; agents go on with their turns until none is given anything. */
  end(): Promise<FleetRun>;
}

/** Between two hooks of an agent; milliseconds. */
const PAUSE_MS = 100;

/** Events of a turn, over and over. */
const TURN = ['UserPromptSubmit', 'PostToolBatch', 'PostToolBatch', 'PostToolBatch', 'Stop'];

export function startFleet(socket: string, perSecond: number): Fleet {
  const agents = Array.from({ length: (perSecond * PAUSE_MS) / 1_000 }, (_, index) => `fleet-${index}`);
  const hooks: FleetHook[] = [];
  let goesOn = true;
  const call = async (agent: string, turn: number, event: string): Promise<readonly number[]> => {
    const env = { ...daemonEnvironment('/tmp'), ORQ_AGENT: agent, CLAUDE_CODE_ENTRYPOINT: 'cli' };
    const fields = {
      session_id: agent,
      cwd: '/',
      hook_event_name: event,
      prompt_id: `${agent} ${turn}`,
      prompt: 'x',
    };
    const beforeMs = performance.now();
    const hook = startHook(NATIVE ?? TWIN, [event, '--socket', socket], {
      stdin: JSON.stringify(fields),
      env,
    });
    const { stdout, code } = await outcomeOf(hook);
    const ids = messagesIn(contextIn(stdout)).map(({ id }) => id);
    hooks.push({ atMs: beforeMs, ms: performance.now() - beforeMs, code, ids });
    return ids;
  };
  const startedMs = performance.now();
  let loadMs = 0;
  const lives = agents.map(async (agent, index) => {
    await pause((index * PAUSE_MS) / agents.length);
    await call(agent, 0, 'SessionStart');
    for (let step = 0; goesOn; step += 1) {
      const nextMs = startedMs + (step + 1 + index / agents.length) * PAUSE_MS;
      await pause(Math.max(0, nextMs - performance.now()));
      await call(agent, 1 + Math.floor(step / TURN.length), TURN[step % TURN.length] ?? 'Stop');
    }
    for (let turn = 1_000_000, isFed = true; isFed; turn += 1) {
      const given = [await call(agent, turn, 'UserPromptSubmit')];
      for (const event of ['PostToolBatch', 'Stop', 'Stop']) given.push(await call(agent, turn, event));
      isFed = given.flat().length > 0;
    }
  });
  return {
    agents,
    end: async () => {
      loadMs = performance.now() - startedMs;
      const loaded = hooks.length;
      goesOn = false;
      await Promise.all(lives);
      return { hooks, perSecond: (loaded / loadMs) * 1_000 };
    },
  };
}

function contextIn(stdout: string): string {
  if (stdout === '') return '';
  const { hookSpecificOutput } = JSON.parse(stdout) as {
    hookSpecificOutput?: { additionalContext?: string };
  };
  return hookSpecificOutput?.additionalContext ?? '';
}
