/** The port as the subject: a store that can be closed and opened again, with a clock that a test moves. */
import { HEADING_ROOM } from '../../../src/queue/fence.ts';
import { NO_CAPS } from '../../../src/queue/flood.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import type { MovingClock } from '../../support/clock.ts';
import { MATERIAL } from '../conformance/briefings.ts';
import { processOf } from '../conformance/client.ts';
import type { Caps } from './reference-state.ts';
import type { Said } from './reference-lives.ts';
import { onlyOf, type Given, type Subject } from './subject.ts';

/** Opens the store of one folder; each time the one before was closed. */
export type Reopen = (clock: MovingClock, caps: Caps) => QueueStore;

export async function openPortSubject(
  reopen: Reopen,
  clock: MovingClock,
  known: readonly string[],
): Promise<Subject & AsyncDisposable> {
  const caps = { ...NO_CAPS };
  let store = reopen(clock, caps);
  let lastPid = 100;
  for (const agent of known)
    await store.admit({ marked: null, given: agent, proposed: agent, pane: null, mayCreate: true });

  async function event(said: Said): Promise<Given> {
    const happening = {
      caller: { sessionId: said.sessionId, process: processOf(said.pid) },
      observed: {
        event: said.event,
        promptId: said.prompt,
        subagent: said.subagent,
        needsHuman: false,
        compacted: said.compacted,
      },
      client: {},
      onlyBell: said.onlyBell,
      handsOut: !said.late,
    };
    const { messages } =
      (await store.note(happening)) ??
      (await store.exchange({
        ...happening,
        agent: said.agent,
        mayBind: said.mayBind,
        goneSession: said.boundIsGone ? ((await store.boundTo(said.agent))?.key ?? null) : null,
        capUnits: HEADING_ROOM + said.units,
        folder: null,
        rebrief: said.compacted ? MATERIAL : null,
        endReason: null,
      }));
    return {
      messages,
      confirm: async () => void (await store.confirm(messages)),
      lose: async () => void (await store.giveBack(messages, 'not_printed')),
    };
  }

  return {
    event,
    enqueue: (messages) => store.enqueue(messages),
    dequeue: ({ ack, ...request }) => store.dequeue({ ...request, ack: [...ack] }),
    ack: (request) => store.ack(request),
    requeue: (request) => store.requeue(request),
    extend: (request) => store.extend(request),
    redrive: async (id) => onlyOf((await store.deadRedrive({ ids: [id] })).moved),
    drop: async (id) => onlyOf((await store.deadDrop({ ids: [id] })).moved),
    cancel: (request) => store.cancel(request),
    done: (request) => store.done(request),
    newPid: () => (lastPid += 1),
    die: async (pid) => {
      for (const { key, process } of await store.livingSessions())
        if (process?.pid === pid) await store.endSession(key, 'process gone', 'session_died');
    },
    pass: async (ms) => clock.move(ms),
    step: async (ms) => {
      clock.step(ms);
      await store.promote();
    },
    promote: async () => void (await store.promote()),
    prune: async (ms, retentionMs) => {
      clock.move(ms);
      while (!(await store.forgetOld(retentionMs)).isOver);
    },
    setCaps: async (changed) => void Object.assign(caps, changed),
    release: (request) => store.release(request),
    ripen: () => Promise.resolve(),
    restart: async () => {
      await store[Symbol.asyncDispose]();
      store = reopen(clock, caps);
      await store.recover();
    },
    list: () => store.list({ limit: 1000 }),
    receipts: async (id) => (await store.show(id)).receipts,
    counts: (agent) => store.counts(agent),
    bound: (agent) => store.boundTo(agent),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
