/** The composition root: picks the store, puts the parts together in start order, takes them apart in reverse. */
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { OrqError } from '../src/protocol/errors.ts';
import { commandFor } from '../client/orqctl-command.ts';
import { newlyReady } from '../src/queue/newly-ready.ts';
import { DATABASE_FILE } from '../src/store/sqlite/store.ts';
import { openAlerts } from './alerts/alerts.ts';
import { openDeadLetterWatch } from './alerts/dead-letters.ts';
import { openBriefingSources } from './briefings.ts';
import { builtHookClient } from './built-hook-client.ts';
import { openChanges } from './changes.ts';
import { drain } from './drain.ts';
import { followSettings } from './follow-settings.ts';
import { startHeartbeat } from './heartbeat.ts';
import { openConfirmations } from './hooks/confirmations.ts';
import { openReferenceFiles } from './hooks/reference-files.ts';
import { openUndecided } from './hooks/undecided.ts';
import { openLog } from './logger.ts';
import { openDaemonStore } from './open-store.ts';
import { openPaneArbiter } from './pane/arbiter.ts';
import { isAtRest } from './pane/at-rest.ts';
import { openPaneLocks } from './pane/lock.ts';
import { openUpkeep } from './maintenance/open-maintenance.ts';
import { keepMetrics } from './metrics/keep-metrics.ts';
import { openMetrics } from './metrics/metrics.ts';
import { openNotifier, takeSupervision, tellReload } from './notify.ts';
import { openOwed } from './owed.ts';
import { openProcessTable } from './process-table.ts';
import { openRestarts } from './restarts/restarts.ts';
import { arrived } from './routes/arrived.ts';
import { buildServer } from './server.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { assertSocketPath, listen } from './socket.ts';
import { openRuleFiles } from './rule-files.ts';
import { openSpool } from './spool.ts';
import { tellWhereTheSpoolIs } from './spool-note.ts';
import { startSweeps } from './sweeps.ts';
import { newNonce, random, systemClock } from './system-clock.ts';
import { openTmuxRegistry } from './tmux/registry.ts';
import { takeBack } from './unprinted.ts';
import { openArrivals } from './wake/arrivals.ts';
import { agentObstacles } from './wake/agent-obstacles.ts';
import { openObstacles } from './wake/obstacles.ts';
import { openRestLook } from './wake/rest.ts';
import { openPush } from './wake/push.ts';
import { openRinger } from './wake/ringer.ts';
import { openTrigger } from './wake/trigger.ts';
import { openWaiters } from './wake/waiters.ts';
import { watchFolder } from './watch.ts';
import { welcomeText } from './welcome.ts';

const pause = (ms: number): Promise<void> => sleep(ms);

const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Serves until `signal` aborts. Rejects with the storage error after which the process must end. */
export async function run(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { welcome }: { readonly welcome: boolean },
): Promise<void> {
  process.umask(0o077);
  const { config } = settings;
  const { log, reopen } = openLog(config.logLevel, config.logFile, env['JOURNAL_STREAM'] !== undefined);
  const supervision = takeSupervision(env, process.pid);
  const notifier = openNotifier(supervision, env, log);
  const clock = systemClock;
  assertSocketPath(config.socket);
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort(), { once: true });

  const metrics = openMetrics(clock.nowMs());
  await using alerts = openAlerts({ config, clock, log });
  await using store = openDaemonStore({
    config,
    migrations: resolve(PACKAGE, 'migrations'),
    clock,
    metrics,
    alerts,
    log,
    ended,
  });
  const database = join(config.stateDir, DATABASE_FILE);
  await using upkeep = await openUpkeep({
    store,
    settings,
    database,
    clock,
    log,
    alerts,
    stopping: ended.signal,
  });
  await using _metrics = await keepMetrics({ metrics, store, log, socket: config.socket });
  const waiters = openWaiters();
  const arrivals = openArrivals();
  using changes = openChanges({ store, newNonce });
  const obstacles = openObstacles([agentObstacles({ store, tmux: () => tmux })]);
  const orqctl = commandFor('orqctl', PACKAGE, config, env);
  const processes = openProcessTable();
  const owed = openOwed({ log });
  const locks = openPaneLocks({ stateDir: config.stateDir, processes, pause, newNonce });
  const arbiter = openPaneArbiter({ processes, clock, pause, locks });
  await using push = openPush({
    config,
    store,
    obstacles,
    clock,
    log,
    newNonce,
    orqctl,
    metrics,
    owed,
    arbiter,
  });
  const trigger = openTrigger({ store, arbiter });
  await using ringer = openRinger({
    store,
    waiters,
    push,
    clock,
    log,
    newNonce,
    metrics,
    trigger,
    config,
  });
  await using rest = openRestLook({
    store,
    clock,
    log,
    ringer,
    config,
    isAtRest: (pane, client) => isAtRest({ processes, pause }, pane, client),
  });
  store.onUnblocked((agents) => {
    // A turn of the loop later: whoever's request let them go is answered first.
    setImmediate(() => {
      arrived({ arrivals, ringer }, agents).catch((error: unknown) =>
        log.error({ event: 'ring_failed', err: error }, 'ring failed'),
      );
    });
  });
  const confirmations = openConfirmations(newNonce, (leases) => takeBack(services, leases));
  const spool = openSpool({
    stateDir: config.stateDir,
    log,
    enqueue: async (messages) => {
      await arrived({ arrivals, ringer }, newlyReady(await store.enqueue(messages)));
    },
  });
  await using tmux = await openTmuxRegistry({ store, arrivals, ringer, clock, log }, config);
  await using files = openRuleFiles({ log });
  const about = {
    config,
    startedAtMs: clock.nowMs(),
    hookClient: builtHookClient(PACKAGE),
    database: () => store.describe(),
  };
  const briefings = openBriefingSources({
    store,
    clock,
    newNonce,
    orqctl,
    log,
    files,
    repeats: config.rebriefRules,
  });
  await using restarts = openRestarts({
    store,
    processes,
    clock,
    log,
    ringer,
    random,
    about,
    tmux,
    briefings,
    alerts,
  });
  const services: Services = {
    restarts,
    store,
    clock,
    log,
    processes,
    confirmations,
    owed,
    undecided: openUndecided(() => services),
    references: openReferenceFiles({ store, clock, log }),
    waiters,
    ringer,
    push,
    rest,
    arrivals,
    obstacles,
    changes,
    metrics,
    tmux,
    spool,
    backups: upkeep.backups,
    maintenance: upkeep.maintenance,
    alerts,
    newNonce,
    random,
    stopping: ended.signal,
    orqctl,
    briefings,
    about,
  };

  for (const [variable, reason] of settings.idleVariables)
    log.warn({ event: 'variable_ignored', variable, reason }, 'a variable of the old system is ignored');
  const returned = await store.recover();
  for (const id of await store.pushRecover())
    log.warn({ event: 'push_unsent', id }, 'the daemon ended while this was typed: it is not typed again');
  const takeIn = (): Promise<void> =>
    spool
      .takeIn()
      .catch((error: unknown) =>
        log.error({ event: 'spool_failed', err: error }, 'spooled messages wait on'),
      );
  await using _watch = await watchFolder(spool.folder, {
    onCome: () => void takeIn(),
    onError: (error) =>
      log.warn({ event: 'spool_unwatched', err: error }, 'the sweep looks into the spool instead'),
  });
  await takeIn();
  const server = buildServer(services);
  await server.ready();
  await listen(server.server, config.socket, env);
  tellWhereTheSpoolIs(config.socket, spool.folder, log);
  await using sweeps = startSweeps(
    { ...services, deadLetters: openDeadLetterWatch(services, clock.nowMs()) },
    config,
  );
  await using _settings = await followSettings(settings, log, {
    onChange: () => {
      sweeps.rearm();
      upkeep.maintenance.rearm();
    },
    onHangup: () => {
      reopen();
      tellReload(notifier);
    },
  });
  await using _heartbeat = await startHeartbeat(services, { ...supervision, notifier });
  log.info(
    {
      event: 'daemon_ready',
      socket: config.socket,
      stateDir: config.stateDir,
      returned: returned.length,
      ...store.describe(),
    },
    'daemon ready',
  );
  // Hooks come seconds apart: V8 would interpret their code for hundreds of them, and each costs its agent the difference. What runs once, before, is not worth it.
  setFlagsFromString('--always-sparkplug');
  if (welcome) process.stdout.write(welcomeText(services));
  try {
    await aborted(ended.signal);
    if (ended.signal.reason instanceof OrqError) {
      log.fatal(
        { event: 'storage_failed', err: ended.signal.reason },
        'storage failed: nothing more is written',
      );
      throw ended.signal.reason;
    }
  } finally {
    log.info({ event: 'daemon_stopping' }, 'daemon stopping');
    void notifier.tell('STOPPING=1', 'STATUS=requests under way end');
    await drain(server, services);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve_) => {
    if (signal.aborted) resolve_();
    else signal.addEventListener('abort', () => resolve_(), { once: true });
  });
}
