/** The daemon as the subject of the model: a process of its own, asked over its socket, killed at every restart. */
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../client/index.ts';
import { bell } from '../../src/agents/bell.ts';
import { openHookCaller, type Heard } from '../daemon/hooks/hook-caller.ts';
import { startStandIn, type StandIn } from '../daemon/hooks/stand-in.ts';
import type { Said } from '../store/model/reference-lives.ts';
import { PORT_WORLD, type World } from '../store/model/worlds.ts';
import { onlyOf, type Given, type Subject } from '../store/model/subject.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const SWEEP_MS = 50;

/** Time passes by itself, the daemon looks for dead processes by itself, and a client without a terminal has no agent's name. */
export const SOCKET_WORLD: World = {
  ...PORT_WORLD,
  delaysMs: [],
  timesToLiveMs: [],
  visibilitiesMs: [300_000],
  waitsMs: [],
  quirks: ['subagent', 'bell', 'late', 'compacted'],
  clients: [0, 0, 0, 0, 0, 1, 2, 4],
  errors: false,
  weights: { ...PORT_WORLD.weights, restart: 5, pass: 0, step: 0, promote: 0, prune: 0, release: 0, caps: 0 },
};

export async function openSocketSubject(known: readonly string[]): Promise<Subject & AsyncDisposable> {
  const folder = testFolder({ inMemory: true });
  const daemon = await startDaemon({
    folder: folder.path,
    env: { ORQ_SWEEP_MS: String(SWEEP_MS), ORQ_LOG_LEVEL: 'warn' },
  });
  const client = createClient({ socket: daemon.socket });
  const processes = new Map<number, StandIn>();
  const unanswered = new Set<Heard>();

  function newPid(): number {
    const process = startStandIn();
    processes.set(process.pid, process);
    return process.pid;
  }

  async function die(pid: number): Promise<void> {
    await processes.get(pid)?.kill9();
    processes.delete(pid);
    await until(async () =>
      (await client.agents({})).agents.some((each) => each.pid === pid) ? undefined : true,
    );
    // Guests have no pid to be seen by: the sweep that comes next ends them too.
    await pause(3 * SWEEP_MS);
  }

  async function event({ sessionId: session, pid, agent, prompt, ...said }: Said): Promise<Given> {
    const hooks = openHookCaller(daemon.socket, { session, pid, agent });
    const fields = {
      ...(prompt !== null && { prompt_id: prompt }),
      prompt: said.onlyBell ? bell('0123456789abcdef') : 'go on',
      ...(said.subagent && { agent_id: 'helper' }),
      ...(said.event === 'SessionStart' && { source: said.compacted ? 'compact' : 'startup' }),
    };
    const heard = await hooks.send(said.event, fields, said.late ? { 'orq-deadline-ms': '1' } : {});
    unanswered.add(heard);
    const messages = [...(await briefingIn(heard.context)), ...headsIn(heard.context)];
    return {
      messages,
      confirm: async () => {
        unanswered.delete(heard);
        await heard.confirm();
      },
      lose: async () => {
        unanswered.delete(heard);
        const leases = await leasesOf(messages);
        heard.drop();
        await until(async () => {
          const now = await leasesOf(messages);
          return now.every((token, index) => token === null || token !== leases[index]) ? true : undefined;
        });
      },
    };
  }

  /** A briefing does not say its id: only the newest is ever handed out. */
  async function briefingIn(context: string): Promise<{ id: number; mayHaveBeenSeen: boolean }[]> {
    if (!context.startsWith('REBRIEF')) return [];
    const { messages } = await client.list({ state: 'leased', limit: 1000 });
    const briefing = messages.find(({ text }) => context.startsWith(text));
    if (!briefing) throw new Error(`no briefing is leased that says: ${context}`);
    return [{ id: briefing.id, mayHaveBeenSeen: briefing.attempts > 1 }];
  }

  /** Tokens of leases that nobody confirmed. */
  async function leasesOf(messages: readonly { id: number }[]): Promise<(number | null)[]> {
    const shown = await Promise.all(messages.map(({ id }) => client.show({ id })));
    return shown.map(({ lease }) =>
      lease && !lease.injected && lease.session !== null ? lease.token : null,
    );
  }

  for (const agent of known) {
    const pid = newPid();
    const hooks = openHookCaller(daemon.socket, { session: `first of ${agent}`, pid, agent });
    for (const name of ['SessionStart', 'SessionEnd']) await hooks.say(name, { source: 'startup' });
    await die(pid);
  }

  return {
    newPid,
    die,
    event,
    enqueue: (messages) => client.enqueue([...messages]),
    dequeue: async ({ ack, ...request }) => (await client.dequeue({ ...request, ack: [...ack] })).messages,
    ack: (request) => client.ack(request),
    requeue: (request) => client.requeue(request),
    extend: async (request) => ({ state: (await client.extend(request)).state }),
    redrive: async (id) => onlyOf((await client.deadRedrive({ ids: [id] })).moved),
    drop: async (id) => onlyOf((await client.deadDrop({ ids: [id] })).moved),
    cancel: (request) => client.cancel(request),
    done: (request) => client.done(request),
    pass: () => Promise.reject(new Error('nobody moves the clock of the daemon')),
    step: () => Promise.reject(new Error('nobody sets the clock of the daemon')),
    promote: () => Promise.reject(new Error('the daemon sweeps by itself')),
    prune: () => Promise.reject(new Error('the daemon sweeps by itself')),
    setCaps: () => Promise.reject(new Error('its caps are settings')),
    release: (request) => client.release(request),
    ripen: async ({ mail }) => {
      for (const each of mail.filter(({ state }) => state === 'scheduled')) {
        await until(
          async () => ((await client.show({ id: each.id })).state === 'scheduled' ? undefined : true),
          70_000,
        );
        each.state = 'ready';
      }
    },
    restart: async () => {
      // What a hook only noted is on disk with the next write: a round trip through the writer brings it there.
      await client.health({});
      await daemon.kill9();
      for (const heard of unanswered) heard.drop();
      unanswered.clear();
      await daemon.restart();
    },
    list: async () => (await client.list({ limit: 1000 })).messages,
    receipts: async (id) => (await client.show({ id })).receipts,
    counts: (agent) => client.counts(agent === undefined ? {} : { agent }),
    bound: async (agent) => {
      const found = (await client.agents({})).agents.find(({ id }) => id === agent);
      return found?.session ? { sessionId: found.session, state: found.state } : null;
    },
    [Symbol.asyncDispose]: async () => {
      for (const heard of unanswered) heard.drop();
      for (const process of processes.values()) await process.kill9();
      await client.close();
      await daemon[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** The messages that are handed out: a briefing before them repeats others in fences of its own. */
function headsIn(context: string): { id: number; mayHaveBeenSeen: boolean }[] {
  const nonce = /^orq delivered .* lines marked \[orq (\w+)\];/m.exec(context)?.[1];
  if (nonce === undefined) return [];
  const heads = new RegExp(`^\\[orq ${nonce}\\] message (\\d+), (.*)$`, 'gm');
  return [...context.matchAll(heads)].map(([, id = '', facts = '']) => ({
    id: Number(id),
    mayHaveBeenSeen: facts.includes('may have been delivered before'),
  }));
}
