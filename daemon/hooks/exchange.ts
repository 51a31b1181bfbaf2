/** What all hook events share: find the speaker, exchange in one transaction, then wake and log. */
import { INJECTION_CAP, rendered } from '../../src/queue/fence.ts';
import type { BriefingMaterial } from '../../src/queue/briefing.ts';
import type { HookEventName, Observed } from '../../src/protocol/agent.ts';
import type { BoundSession } from '../../src/queue/registry.ts';
import type { Exchanged, HandedOut, Happening } from '../../src/queue/exchange.ts';
import { isOnlyBell } from '../../src/agents/bell.ts';
import { clientVersionOf } from '../client-version.ts';
import type { Services } from '../services.ts';
import { bootstrapOf } from './bootstrap.ts';
import { callerOf, mark, speakerOf } from './caller.ts';
import type { Printed } from './confirmations.ts';
import { lifeOf } from './life.ts';
import type { HookRequest } from './hook-request.ts';

export type HookParts = Pick<
  Services,
  | 'store'
  | 'owed'
  | 'clock'
  | 'log'
  | 'processes'
  | 'ringer'
  | 'waiters'
  | 'arrivals'
  | 'obstacles'
  | 'push'
  | 'references'
  | 'newNonce'
  | 'orqctl'
  | 'metrics'
  | 'tmux'
  | 'briefings'
  | 'alerts'
  | 'restarts'
  | 'undecided'
>;

type AnswerParts = Pick<HookParts, 'store' | 'owed' | 'references' | 'orqctl' | 'newNonce'>;

/** What orq-hook prints, and what it confirms by printing it. */
export interface HookAnswer extends Printed {
  readonly body: string;
}

export const NOTHING: HookAnswer = { body: '', leases: [], bootstraps: null };

/** Runs the exchange of `event`; `told` is what only this event's file knows. */
export async function exchangeEvent(
  parts: HookParts,
  event: HookEventName,
  hook: HookRequest,
  told: Partial<Observed> = {},
): Promise<Exchanged> {
  const { store, clock, log } = parts;
  const startedMs = clock.steadyMs();
  const caller = callerOf(parts, hook);
  const happening = {
    caller,
    observed: {
      event,
      promptId: hook.promptId,
      subagent: hook.subagent,
      needsHuman: false,
      compacted: false,
      ...told,
    },
    client: factsOf(event, hook),
    life: lifeOf(event, hook),
    onlyBell: isOnlyBell(hook.prompt),
    handsOut: isAwaited(clock, hook),
  };
  const exchanged = (await store.note(happening)) ?? (await exchangeMail(parts, happening, hook));
  follow(parts, event, hook, exchanged);
  lookAtWork(parts, event, exchanged, hook);
  const { session, messages, proved } = exchanged;
  log.debug(
    {
      event: 'hook',
      hook: event,
      agent: session?.agent,
      standing: session?.standing,
      ms: Math.round((clock.steadyMs() - startedMs) * 10) / 10,
      leased: messages.length,
      proved: proved.length,
      pid: caller.process?.pid,
    },
    'hook',
  );
  if (proved.length > 0)
    log.debug({ event: 'messages_seen', agent: session?.agent, ids: proved }, 'messages seen');
  if (exchanged.began) parts.arrivals.relook();
  if (session?.standing === 'bound' && exchanged.began) await beside(parts, parts.restarts.came(session));
  if (session && exchanged.began) {
    log.info(
      {
        event: 'session_began',
        agent: session.agent,
        standing: session.standing,
        session: session.sessionId,
        pid: caller.process?.pid,
      },
      'session began',
    );
  }
  return exchanged;
}

/** What an event tells others is no reason to leave its answer out: what it hands out would be nobody's. */
export async function beside({ log }: Pick<HookParts, 'log'>, telling: Promise<void>): Promise<void> {
  try {
    await telling;
  } catch (error) {
    log.error({ event: 'hook_not_told', err: error }, 'what an event says of the agent is not kept');
  }
}

/** The whole exchange: who speaks, for whom, and what the message queue makes of it. */
async function exchangeMail(parts: HookParts, happening: Happening, hook: HookRequest): Promise<Exchanged> {
  const { store, clock } = parts;
  const { caller, client, observed } = happening;
  const known = await store.sessionOf(caller);
  const speaker = await speakerOf(parts, hook, known, observed.event === 'UserPromptSubmit');
  const { agent, mayBind } = speaker;
  const exchanged = await store.exchange({
    ...happening,
    client: { ...client, ...(known === null && clientVersion(caller.process?.pid)) },
    handsOut: isAwaited(clock, hook),
    agent,
    mayBind,
    goneSession: known?.standing === 'bound' ? null : await goneSessionOf(parts, agent),
    capUnits: INJECTION_CAP,
    folder: parts.references.usable(hook.cwd),
    rebrief: await rebriefOf(parts, happening, known),
    bootstrapUnits: await unitsOfBootstrap(parts, known, observed.event),
    endReason: hook.reason,
  });
  if (exchanged.session?.standing === 'bound' && agent !== null) mark(parts, speaker, agent);
  return exchanged;
}

/** False once the client has given up: its deadline is a time of the wall clock. */
function isAwaited(clock: HookParts['clock'], { deadlineMs }: HookRequest): boolean {
  return deadlineMs === null || clock.nowMs() < deadlineMs;
}

async function rebriefOf(
  { briefings, store }: HookParts,
  { observed, client }: Happening,
  known: BoundSession | null,
): Promise<BriefingMaterial | null> {
  if (!observed.compacted || observed.subagent) return null;
  const context = known?.agent ? await store.contextOf(known.agent) : null;
  return briefings.material('compaction', context?.folder ?? client.cwd ?? null);
}

async function unitsOfBootstrap(
  parts: HookParts,
  known: BoundSession | null,
  event: HookEventName,
): Promise<number> {
  if (!known?.bootstrapDue || known.agent === null || event !== 'UserPromptSubmit') return 0;
  return (await bootstrapOf(parts, known.agent)).length;
}

/** Text that adds context to the event, in the one shape that every event understands. Files that it names are written before. */
export async function contextAnswer(
  parts: AnswerParts,
  event: HookEventName,
  hook: HookRequest,
  exchanged: Exchanged,
): Promise<HookAnswer> {
  try {
    return await answerTo(parts, event, hook, exchanged);
  } catch (error) {
    // Nobody expects that they are printed.
    const { messages } = exchanged;
    const { store, owed } = parts;
    await owed.write(async () => void (await store.giveBack(messages, 'not_printed')));
    throw error;
  }
}

async function answerTo(
  parts: AnswerParts,
  event: HookEventName,
  hook: HookRequest,
  { session, messages: handedOut, bootstraps }: Exchanged,
): Promise<HookAnswer> {
  if (!session?.agent || (handedOut.length === 0 && !bootstraps)) return NOTHING;
  const messages = await written(parts, hook, handedOut);
  const texts = [
    ...(bootstraps ? [await bootstrapOf(parts, session.agent)] : []),
    ...(messages.length > 0 ? [rendered(session.agent, messages, parts.newNonce(), parts.orqctl)] : []),
  ];
  if (texts.length === 0) return NOTHING;
  return {
    body: context(event, texts.join('')),
    leases: messages.map(({ id, leaseToken }) => ({ id, leaseToken })),
    bootstraps: bootstraps || messages.some(({ briefing }) => briefing) ? session.key : null,
  };
}

/** A file that cannot be written is given in parts instead. */
async function written(
  { store, references }: Pick<HookParts, 'store' | 'references'>,
  { cwd }: HookRequest,
  messages: readonly HandedOut[],
): Promise<readonly HandedOut[]> {
  const [message] = messages;
  if (message?.form.kind !== 'file' || cwd === null) return messages;
  if (await references.write(message, cwd)) return messages;
  // What was written before is still there, and has to be removed one day.
  const unwritten = message.form.again ? null : { id: message.id, folder: cwd };
  const part = await store.inParts(message, unwritten, INJECTION_CAP);
  return part ? [part] : [];
}

function context(event: HookEventName, text: string): string {
  return JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } });
}

/** The bound session of the agent, where its process is gone: a newcomer may take its place. */
async function goneSessionOf({ store, processes }: HookParts, agent: string | null): Promise<number | null> {
  const bound = agent === null ? null : await store.boundTo(agent);
  return bound?.process && !processes.isAlive(bound.process) ? bound.key : null;
}

function follow(
  { ringer, waiters, arrivals, obstacles, log }: HookParts,
  event: HookEventName,
  hook: HookRequest,
  { session, messages, proved, stale, returnedTo }: Exchanged,
): void {
  // Who speaks for nobody yet may be an agent that has to be woken.
  if (session?.standing === 'guest' && session.agent !== null) waiters.dismiss(session);
  const { agent } = session ?? { agent: null };
  if (session?.standing === 'bound' && agent !== null && event === 'UserPromptSubmit')
    ringer.heard(agent, hook.prompt);
  if (session?.standing === 'bound' && agent !== null) obstacles.passed(agent);
  // A stale wake is no effect of a ring: counting it as one would ring again and again.
  if (
    session?.standing === 'bound' &&
    agent !== null &&
    !stale &&
    (event !== 'UserPromptSubmit' || messages.length > 0)
  )
    ringer.settled(agent, proved.length > 0);
  arrivals.announce(returnedTo);
  const awaken = new Set(returnedTo);
  if (session?.standing === 'bound' && agent !== null && session.state === 'idle') awaken.add(agent);
  // A turn of the loop later: the hook that waits for its answer comes first.
  setImmediate(() => {
    Promise.all([...awaken].map((each) => ringer.consider(each))).catch((error: unknown) =>
      log.error({ event: 'ring_failed', err: error }, 'ring failed'),
    );
  });
}

/** Where a turn ends, and before its context goes, what was done is looked at for the briefing that may follow. */
function lookAtWork(
  { briefings, store, log }: HookParts,
  event: HookEventName,
  { session }: Exchanged,
  hook: HookRequest,
): void {
  if (event !== 'SessionStart' && event !== 'Stop' && event !== 'PreCompact') return;
  const agent = session?.standing === 'bound' ? session.agent : null;
  if (agent === null || hook.subagent || !briefings.isDue(agent, event === 'PreCompact')) return;
  // A turn of the loop later: the hook that waits for its answer comes first.
  setImmediate(() => {
    const look = async (): Promise<void> => {
      const folder = (await store.contextOf(agent))?.folder ?? hook.cwd;
      if (folder !== null) briefings.look(agent, folder);
    };
    look().catch((error: unknown) => log.warn({ event: 'work_not_read', err: error }, 'work not read'));
  });
}

/** Read once in a session's life: a client that updates itself goes on under its old file. */
function clientVersion(pid: number | undefined): { clientVersion?: string } {
  const version = pid === undefined ? null : clientVersionOf(pid);
  return version === null ? {} : { clientVersion: version };
}

function factsOf(event: HookEventName, hook: HookRequest) {
  const { permissionMode, cwd, inboxSocket, entrypoint, source, hookVersion, error } = hook;
  return {
    ...(permissionMode !== null && { permissionMode }),
    ...(cwd !== null && { cwd }),
    ...(inboxSocket !== null && { inboxSocket }),
    ...(entrypoint !== null && { entrypoint }),
    ...(source !== null && { source }),
    ...(hookVersion !== null && { hookVersion }),
    ...(event === 'StopFailure' && { failure: error ?? 'unknown' }),
  };
}
