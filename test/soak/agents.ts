/** Agents with hooks: turns of one session after the other; some answers are never printed, some clients die. */
import { setTimeout as pause } from 'node:timers/promises';
import { openHookCaller, type HookCaller } from '../daemon/hooks/hook-caller.ts';
import { startStandIn, type StandIn } from '../daemon/hooks/stand-in.ts';
import type { HandedMessage, Ledger } from './ledger.ts';

const RETRY_MS = 25;
const PRINTS = 0.8;
const DIES = 0.005;
const BATCHES_AT_MOST = 4;

export interface Living {
  readonly socket: string;
  readonly ledger: Ledger;
  readonly agent: string;
  readonly goesOn: () => boolean;
  /** Nobody dies any more and everything is printed: what is left is drained. */
  readonly isDraining: () => boolean;
  /** Resolves when the daemon runs. */
  readonly isBack: () => Promise<void>;
}

/** The messages in what a hook prints, as a model would read them. */
export function messagesIn(context: string): HandedMessage[] {
  const fence =
    /^\[orq (\w+)\] message (\d+), [^\n]*?priority (-?\d+), ([^\n]*)\n([^\n]*)\n\[orq \1\] end of message \2$/gm;
  return [...context.matchAll(fence)].map(([, , id = '', priority = '', facts = '', key = '']) => ({
    id: Number(id),
    key,
    priority: Number(priority),
    marked: facts.includes('may have been delivered before'),
  }));
}

/** What one event brought, and whether its client said that it printed it. */
export interface Heard {
  readonly ids: readonly number[];
  readonly confirmed: boolean;
}

/** Sends one event of a turn. */
export type Happen = (event: string, prompt: string, isPrinted: boolean) => Promise<Heard>;

/** Turns over raw requests, so that the run knows what was confirmed. */
export async function liveOn(living: Living): Promise<void> {
  const { socket, ledger, agent, goesOn, isDraining, isBack } = living;
  let life = await begin(socket, agent, 0);
  const happen: Happen = async (event, prompt, isPrinted) => {
    const call = ledger.newCall();
    ledger.write({ op: 'ask', call, agent });
    const heard = await life.hooks.send(event, { prompt_id: prompt, prompt: 'go on' });
    const messages = messagesIn(heard.context);
    ledger.write({ op: 'handed', call, agent, messages });
    if (isPrinted) await heard.confirm();
    else heard.drop();
    return { ids: messages.map(({ id }) => id), confirmed: isPrinted };
  };
  try {
    for (let turn = 1; goesOn(); turn += 1) {
      if (!isDraining() && Math.random() < DIES) {
        await life.claude.kill9();
        life = await begin(socket, agent, turn);
      }
      await takeTurn(`${agent} ${turn}`, living, happen);
      await isBack();
    }
  } finally {
    await life.claude.kill9();
  }
}

async function begin(
  socket: string,
  agent: string,
  life: number,
): Promise<{ claude: StandIn; hooks: HookCaller }> {
  const claude = startStandIn();
  const hooks = openHookCaller(socket, { session: `${agent} life ${life}`, agent, pid: claude.pid });
  while (!(await hasStarted(hooks))) await pause(RETRY_MS);
  return { claude, hooks };
}

async function hasStarted(hooks: HookCaller): Promise<boolean> {
  try {
    await hooks.say('SessionStart', { source: 'startup' });
    return true;
  } catch {
    return false;
  }
}

/** A prompt, some batches of tools, and Stops until one is silent; cut short where the daemon dies. */
export async function takeTurn(
  prompt: string,
  { ledger, isDraining }: Pick<Living, 'ledger' | 'isDraining'>,
  happen: Happen,
): Promise<void> {
  const batches = Array.from({ length: Math.floor(Math.random() * BATCHES_AT_MOST) }, () => 'PostToolBatch');
  let confirmed: readonly number[] = [];
  for (const event of ['UserPromptSubmit', ...batches, 'Stop', 'Stop', 'Stop']) {
    try {
      const heard = await happen(event, prompt, isDraining() || Math.random() < PRINTS);
      // An answered event of the same turn has proven what was confirmed before it.
      for (const id of confirmed) ledger.write({ op: 'seen', id });
      confirmed = heard.confirmed ? heard.ids : [];
      if (event === 'Stop' && heard.ids.length === 0) break;
    } catch {
      break;
    }
  }
  await pause(RETRY_MS);
}
