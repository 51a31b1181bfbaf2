/** The port's methods over prepared verbs. The file is the only state of the queue. */
import { OrqError } from '../../protocol/errors.ts';
import { NO_CAPS } from '../../queue/flood.ts';
import { prepareAck } from './ack.ts';
import { prepareAddresses } from './address.ts';
import { prepareForget } from './agent-forget.ts';
import { prepareName } from './agent-name.ts';
import { preparePause } from './agent-pause.ts';
import { prepareAgentChoice } from './agent-choice.ts';
import { prepareAgentAddresses } from './agent-address.ts';
import { prepareAdmit } from './admit.ts';
import { prepareRegistry } from './agents.ts';
import { prepareBlockers } from './blockers.ts';
import { prepareBroadcasts } from './broadcast.ts';
import { prepareBriefings } from './briefing.ts';
import { prepareCancel } from './cancel.ts';
import { prepareChanges } from './changes.ts';
import { clockWatch, prepareClockSteps } from './clock-step.ts';
import { prepareConfirm } from './confirm.ts';
import { prepareContexts } from './context.ts';
import { prepareCounts } from './counts.ts';
import type { Database } from './database.ts';
import { prepareDeadDrop } from './dead-drop.ts';
import { prepareDeadLetters } from './dead-letters.ts';
import { prepareDeadRedrive } from './dead-redrive.ts';
import { prepareDependencies } from './dependency.ts';
import { prepareDequeue } from './dequeue.ts';
import { prepareDone } from './done.ts';
import { prepareEnqueue } from './enqueue.ts';
import { prepareEndSession } from './end-session.ts';
import { prepareExchange } from './exchange.ts';
import { prepareExports } from './export.ts';
import { prepareExtend } from './extend.ts';
import { upkeepVerbs } from './upkeep.ts';
import { fold } from './fold.ts';
import { prepareImports } from './import.ts';
import { prepareImportPages } from './import-page.ts';
import { GroupCommit } from './group-commit.ts';
import { prepareFloods } from './flood.ts';
import { prepareLeases } from './lease.ts';
import { prepareList } from './list.ts';
import { lockOn } from './lock-holder.ts';
import { prepareMetrics } from './metric.ts';
import { prepareParts } from './part.ts';
import { prepareSweep } from './promote.ts';
import { prepareMode } from './mode.ts';
import { prepareNotices } from './notice.ts';
import { prepareOrder } from './order.ts';
import { describe } from './describe.ts';
import { pushVerbs } from './push-verbs.ts';
import { preparePushing } from './push.ts';
import { preparePut } from './put.ts';
import { prepareReach } from './reach.ts';
import { prepareRebrief } from './rebrief.ts';
import { prepareReceipts } from './receipt.ts';
import { prepareReferences } from './reference.ts';
import { prepareRelocation } from './relocate.ts';
import { prepareRelease } from './release.ts';
import { prepareReplies } from './reply.ts';
import { prepareRequeue } from './requeue.ts';
import type { Reserve } from './reserve.ts';
import { prepareRestarts } from './restarts.ts';
import { restVerbs } from './rest.ts';
import { prepareSchedules } from './schedule.ts';
import { scheduleVerbs } from './schedule-verbs.ts';
import { prepareSessions } from './session.ts';
import { prepareSettling } from './settle.ts';
import { prepareShow } from './show.ts';
import type { SqliteStore, StoreOptions } from './store.ts';

/** How long a health check waits for another program's lock; milliseconds. */
const PROBE_PATIENCE_MS = 1_000;

/** The port over an open database: every method one verb in one transaction, reads aside. */
export function storeOver(
  db: Database,
  { lock, reserve }: { lock: Disposable; reserve: Reserve },
  { clock, ...options }: StoreOptions,
): Omit<SqliteStore, 'holdCheckpoints' | 'foldOften'> {
  const changes = prepareChanges(db, clock);
  const commit = new GroupCommit(db, { ...options, makeRoom: () => reserve.give() }, changes);
  const receipts = prepareReceipts(db);
  const notices = prepareNotices(db);
  const leases = prepareLeases(db, { notices });
  const sessions = prepareSessions(db);
  const settling = prepareSettling(db);
  const dependencies = prepareDependencies(db, { notices });
  const order = prepareOrder(db, { dependencies });
  const blockers = prepareBlockers(db, { order });
  const addresses = prepareAddresses(db);
  const counts = prepareCounts(db);
  const done = prepareDone({ settling, receipts });
  const ack = prepareAck({ settling, receipts });
  const broadcasts = prepareBroadcasts(db);
  const floods = prepareFloods(db, options.caps ?? NO_CAPS);
  const replies = prepareReplies(db, { addresses });
  const put = preparePut(db, { addresses, done, dependencies, floods, order, replies });
  const enqueue = prepareEnqueue(db, { addresses, broadcasts, dependencies, order, put, replies });
  const release = prepareRelease(db, { settling, dependencies, order });
  const dequeue = prepareDequeue(db, { ack, addresses, order });
  const parts = prepareParts(db);
  const references = prepareReferences(db);
  const registry = prepareRegistry(db, { sessions, counts });
  const contexts = prepareContexts(db);
  const briefings = prepareBriefings(db, { contexts, registry });
  const rebrief = prepareRebrief({ addresses, briefings, sessions });
  const exchange = prepareExchange(db, {
    briefings,
    contexts,
    leases,
    parts,
    receipts,
    references,
    sessions,
    order,
  });
  const confirm = prepareConfirm(db, { receipts });
  const requeue = prepareRequeue(db, { settling, leases, order });
  const extend = prepareExtend(db, { settling });
  const cancel = prepareCancel({ settling });
  const deadLetters = prepareDeadLetters(db, { addresses, settling });
  const deadRedrive = prepareDeadRedrive(db, { deadLetters, order, settling });
  const deadDrop = prepareDeadDrop({ deadLetters, settling });
  const show = prepareShow(db, { blockers });
  const list = prepareList(db, { addresses, blockers });
  const agentAddresses = prepareAgentAddresses(db);
  const admit = prepareAdmit(db, { agentAddresses, mode: options.defaultMode ?? 'pull' });
  const name = prepareName(db, { addresses });
  const forget = prepareForget(db, { addresses, leases, sessions });
  const chosen = prepareAgentChoice(db, { addresses });
  const pause = preparePause(db, { chosen });
  const relocation = prepareRelocation(db, { agentAddresses });
  const reach = prepareReach(db);
  const setMode = prepareMode(db, { addresses });
  const pushing = preparePushing(db, { leases, receipts, sessions });
  const sweep = prepareSweep(db, { leases, notices, dependencies, order });
  const schedules = prepareSchedules(db, { addresses, broadcasts, enqueue });
  const exports = prepareExports(db);
  const importPages = prepareImportPages(db);
  const imports = prepareImports(db, {
    addresses,
    dependencies,
    exports,
    importPages,
    order,
    schedules,
    settling,
  });
  const metrics = prepareMetrics(db);
  const endSession = prepareEndSession({ leases, sessions });
  const nowMs = (): number => clock.nowMs();
  let tellUnblocked = (_agents: readonly string[]): void => undefined;
  const clockSteps = prepareClockSteps(db);
  const lookAtClock = clockWatch(clock, async (stepMs) => {
    await commit.write(() => clockSteps.shift(stepMs));
    options.onClockStep?.(stepMs);
  });
  const write = async <T>(run: () => T, how?: Parameters<GroupCommit['write']>[1]): Promise<T> => {
    void lookAtClock();
    const { value, unblocked, took } = await commit.write(() => {
      // What a request that failed had added is told by nobody.
      receipts.taken();
      return { ...order.settled(run, nowMs()), took: receipts.taken() };
    }, how);
    for (const { id, kind, ms } of took) if (id > clockSteps.newestBefore()) options.onReceipt?.(kind, ms);
    if (unblocked.length > 0) tellUnblocked(unblocked);
    return value;
  };
  const read = async <T>(run: () => T): Promise<T> => {
    try {
      commit.settle();
      return run();
    } catch (error) {
      throw commit.failure(error);
    }
  };

  const restarts = prepareRestarts(db, { addresses, chosen, contexts, nowMs, read, write });

  return {
    ...restarts.verbs,
    enqueue: async (messages) => {
      if (reserve.isSpent)
        throw new OrqError('storage_full', `database ${db.name} has no space left on its disk`);
      return write(() => enqueue(messages, nowMs()), { grows: true });
    },
    dequeue: (request) => write(() => dequeue(request, nowMs())),
    note: async (happening) => {
      void lookAtClock();
      const atMs = nowMs();
      const foreseen = await read(() => exchange.foresee(happening, atMs));
      if (foreseen) commit.note(() => exchange.note(happening, atMs));
      return foreseen;
    },
    exchange: (request) => write(() => exchange.run(request, nowMs())),
    confirm: (taken) => write(() => confirm(taken, nowMs())),
    bootstrapped: async (session) => commit.note(() => sessions.setBootstrapDue(session, false)),
    inParts: (lease, reference, capUnits) =>
      write(() => {
        if (reference) references.forget(reference);
        return parts.begin(lease, capUnits) ?? null;
      }),
    staleReferences: () => read(() => references.stale()),
    forgetReferences: (removed) => write(() => references.forgetStale(removed)),
    giveBack: (taken, end) =>
      write(() =>
        leases.giveBack(
          taken.flatMap((ref) => leases.find(ref) ?? []),
          end,
          false,
          nowMs(),
        ),
      ),
    ack: (request) => write(() => ack.byId(request, nowMs())),
    requeue: (request) => write(() => requeue(request, nowMs())),
    extend: (request) => write(() => extend(request, nowMs())),
    cancel: (request) => write(() => cancel(request, nowMs())),
    done: ({ id }) => write(() => done.byId(id, nowMs())),
    release: (request) => write(() => release(request, nowMs())),
    deadList: (filter) => read(() => deadLetters.list(filter)),
    deadRedrive: (request) => write(() => deadRedrive(request, nowMs())),
    deadDrop: (request) => write(() => deadDrop(request, nowMs())),
    ...scheduleVerbs(schedules, { reserve, nowMs, read, write }),
    exportPage: (request) => read(() => exports.page(request)),
    importPage: (request) => write(() => importPages.lay(request, nowMs()), { grows: true }),
    importCommit: (request) => write(() => imports(request, nowMs()), { grows: true }),
    show: (id) => read(() => show(id)),
    list: (filter) => read(() => list(filter)),
    counts: (agent) => read(() => counts(agent === undefined ? undefined : addresses.resolve(agent).agent)),
    agentAt: (address) => read(() => addresses.resolve(address).agent),
    admit: (admission) => write(() => admit(admission, nowMs())),
    relocate: async (sight) => {
      const foreseen = await read(() => relocation.foresee(sight));
      return foreseen ?? write(() => relocation.run(sight));
    },
    nameAgent: (request) => write(() => name(request)),
    forgetAgent: (request) => write(() => forget(request, nowMs())),
    pauseAgents: (choice) => write(() => pause(choice, nowMs())),
    resumeAgents: (choice, policy) => write(() => restarts.letGo(pause(choice, null), policy)),
    agents: () => read(() => registry.agents()),
    contextOf: (agent) => read(() => contexts.of(agent)),
    brief: (request, material) =>
      request.dryRun
        ? read(() => rebrief.compose(request, material))
        : write(() => rebrief.put(request, material, nowMs())),
    keepActivity: async (agent, text) => commit.note(() => contexts.setActivity(agent, text, nowMs())),
    teamOf: (agent) => read(() => registry.teamOf(agent)),
    sessionOf: (caller) => read(() => sessions.livingOf(caller)),
    boundTo: (agent) => read(() => sessions.boundTo(agentAddresses.canonical(agent)) ?? null),
    livingSessions: () => read(() => sessions.living()),
    livingProcesses: () => read(() => sessions.processes()),
    agentsWithMail: () => read(() => registry.agentsWithMail()),
    keptMetrics: () => read(() => metrics.kept()),
    keepMetrics: async (kept) => commit.note(() => metrics.keep(kept)),
    urgentCounts: () => read(() => metrics.urgent()),
    restartCounts: () => read(() => metrics.restarts()),
    listen: (listener) => read(() => changes.listen(listener)),
    probe: () => commit.write(() => undefined, { patienceMs: PROBE_PATIENCE_MS }),
    wakeFacts: (agent) => read(() => registry.wakeFacts(agent, nowMs())),
    reachOf: (agent) => read(() => reach(agent)),
    setMode: (request) => write(() => setMode(request)),
    ...pushVerbs(pushing, { nowMs, read, write }),
    ...restVerbs(db, { read, write }),
    endSession: (key, reason, end) => write(() => endSession(key, reason, end, nowMs())),
    promote: async () => {
      await lookAtClock();
      return (await read(() => sweep.isDue(nowMs()))) ? write(() => sweep.promote(nowMs())) : [];
    },
    onUnblocked: (listener) => {
      tellUnblocked = listener;
    },
    recover: () =>
      write(() => {
        const stepMs = clockSteps.sinceLastWrite(nowMs());
        if (stepMs !== 0) clockSteps.shift(stepMs);
        return sweep.recover(nowMs());
      }),
    ...upkeepVerbs(db, { reserve, nowMs, read, write }),
    describe: () => {
      commit.settle();
      return { ...describe(db), isFull: reserve.isSpent, lock: lockOn(db.name, commit.lockedForMs) };
    },
    [Symbol.asyncDispose]: async () => {
      // Closing would fold a log into the database that may not be what was written. The kernel frees the lock with the process.
      if (commit.fault) return;
      commit.end();
      const failure = fold(db, commit);
      if (failure) throw failure;
      db.close();
      lock[Symbol.dispose]();
    },
  };
}
