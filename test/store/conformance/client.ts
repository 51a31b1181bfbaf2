/** A client as the conformance suite drives it: one life of one Claude that sends its hook events to a store. */
import type { HookEventName, Observed, ProcessId } from '../../../src/protocol/agent.ts';
import { INJECTION_CAP } from '../../../src/queue/fence.ts';
import type { Exchange, Exchanged } from '../../../src/queue/exchange.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import type { MovingClock } from '../../support/clock.ts';

export interface ConformanceStore extends QueueStore {
  readonly clock: MovingClock;
}

/** Opens an empty store of the kind that is judged. */
export type OpenStore = () => ConformanceStore;

export interface Life {
  readonly agent?: string | null;
  readonly sessionId?: string;
  readonly process?: ProcessId | null;
  readonly mayBind?: boolean;
}

type More = Partial<Exchange> & { readonly told?: Partial<Observed> };

export interface Client {
  readonly process: ProcessId | null;
  event(event: HookEventName, promptId: string | null, more?: More): Promise<Exchanged>;
  start(more?: More): Promise<Exchanged>;
  prompt(promptId: string, more?: More): Promise<Exchanged>;
  batch(promptId: string, more?: More): Promise<Exchanged>;
  stop(promptId: string, more?: More): Promise<Exchanged>;
  end(more?: More): Promise<Exchanged>;
}

export const processOf = (pid: number): ProcessId => ({ pid, start: `boot:${pid}` });

/** A client of agent `a` in session `s1` and process 100 unless told otherwise. */
export function clientOf(
  store: QueueStore,
  { agent = 'a', sessionId = 's1', process = processOf(100), mayBind = true }: Life = {},
): Client {
  const event: Client['event'] = async (name, promptId, { told = {}, ...more } = {}) => {
    const happening = {
      caller: { sessionId, process },
      observed: {
        event: name,
        promptId,
        subagent: false,
        needsHuman: false,
        compacted: false,
        ...told,
      },
      client: {},
      onlyBell: false,
      handsOut: true,
      ...more,
    };
    const noted = await store.note(happening);
    const rest = {
      agent,
      mayBind,
      goneSession: null,
      capUnits: INJECTION_CAP,
      folder: null,
      endReason: null,
      ...more,
    };
    return noted ?? store.exchange({ ...happening, ...rest });
  };
  return {
    process,
    event,
    start: (more) => event('SessionStart', null, more),
    prompt: (promptId, more) => event('UserPromptSubmit', promptId, more),
    batch: (promptId, more) => event('PostToolBatch', promptId, more),
    stop: (promptId, more) => event('Stop', promptId, more),
    end: (more) => event('SessionEnd', null, more),
  };
}

/** Makes `agent` known, as the first hook from its window does. */
export async function admit(store: QueueStore, agent = 'a'): Promise<void> {
  await store.admit({ marked: null, given: agent, proposed: agent, pane: null, mayCreate: true });
}

/** A client of a known agent that has started. */
export async function startedClient(store: QueueStore, life: Life = {}): Promise<Client> {
  if (life.agent !== null) await admit(store, life.agent ?? 'a');
  const client = clientOf(store, life);
  await client.start();
  return client;
}

/** Enqueues one text for `agent`; replies with its id. */
export async function send(store: QueueStore, text: string, more: object = {}): Promise<number> {
  const [enqueued] = await store.enqueue([{ agent: 'a', text, ...more }]);
  if (!enqueued) throw new Error('an enqueue of one message answered none');
  return enqueued.id;
}

export const ids = (exchanged: Exchanged | readonly { id: number }[]): number[] =>
  ('messages' in exchanged ? exchanged.messages : exchanged).map(({ id }) => id);

/** The client printed what `exchanged` handed out. */
export async function printed(store: QueueStore, exchanged: Exchanged): Promise<Exchanged> {
  await store.confirm(exchanged.messages);
  return exchanged;
}

export async function kinds(store: QueueStore, id: number): Promise<string[]> {
  return (await store.show(id)).receipts.map(({ kind }) => kind);
}

export async function stateOf(store: QueueStore, id: number): Promise<string> {
  return (await store.show(id)).message.state;
}
