/**
 * The cutover, step by step: hooks for whom they are missing, the conflict with the old monitor, its end, pull for the rest, a proven delivery to
 * every agent. What a step changes is written down before; `undo.ts` takes it back.
 */
import { existsSync } from 'node:fs';
import type { DeliveryMode } from '../../src/protocol/agent.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Agent } from '../../src/protocol/schemas.ts';
import { isSupportedClient } from '../../src/protocol/supported-client.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { Client } from '../client.ts';
import { listRecords } from '../hooks/install-record.ts';
import { proveDelivery, type Proof } from '../rollout/prove-delivery.ts';
import { settingsFilesOf } from '../rollout/settings-files.ts';
import { rollOut } from '../rollout/roll-out.ts';
import type { Worktree } from '../rollout/worktrees.ts';
import type { Scope } from '../service/scope.ts';
import { unlessGone } from './gone.ts';
import { findLeftOvers } from './left-overs.ts';
import { openCutoverLog, type CutoverStep, type LogOptions } from './log.ts';
import type { CutoverRecord } from './record.ts';
import { assertMayTake, plannedUnitSteps, takeUnitSteps } from './unit-steps.ts';

export interface CutoverOptions extends LogOptions {
  readonly scope: Scope;
  readonly socket: string;
  readonly worktrees: readonly Worktree[];
  /** How long each agent may take to prove a delivery; 0: none is asked for. */
  readonly timeoutMs: number;
}

export interface Cutover {
  readonly ok: boolean;
  readonly steps: readonly CutoverStep[];
  readonly proofs: readonly Proof[];
}

/** Run again it does what is left. @throws OrqError forbidden where a step is left to root, before anything is done; wrong_state where a step fails; those before it stand, and are written down. */
export async function cutOver(client: Client, options: CutoverOptions): Promise<Cutover> {
  const { host, scope, worktrees, dryRun } = options;
  const log = await openCutoverLog(options);
  const { tell, record, remember } = log;
  const unitSteps = await plannedUnitSteps(scope);
  if (!dryRun) assertMayTake(unitSteps, scope, process.getuid?.() ?? 0);
  assertTakenBack(record());

  tell('check', [...(await check(client)), ...(await findLeftOvers(worktrees, host))]);

  const before = new Set((await listRecords(host)).map(({ path }) => path));
  const planned = (await settingsFilesOf(worktrees, host)).filter((path) => !before.has(path));
  const pulling = (await client.agents({})).agents.filter(({ mode }) => mode === 'pull');
  const tooOld = worktrees.filter(
    ({ fault, clientVersion }) => fault === null && !isSupportedClient(clientVersion),
  );
  const toPush = pulling.filter(({ id }) => tooOld.some(({ agents }) => agents.includes(id)));
  await remember({
    hooks: [...new Set([...record().hooks, ...planned])],
    modes: withModes(record().modes, toPush, 'pull'),
  });
  const rolled = await rollOut(client, worktrees, {
    ...options,
    allowOrqctl: false,
    canary: undefined,
    report: () => undefined,
  });
  const installed = new Set((await listRecords(host)).map(({ path }) => path));
  await remember({ hooks: record().hooks.filter((path) => installed.has(path)) });
  const failed = rolled.stops.find(({ outcome }) => outcome === 'failed');
  if (failed) throw new OrqError('wrong_state', `${failed.folder}: ${failed.reason ?? 'failed'}`);
  tell(
    'hooks',
    rolled.stops
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map((stop) => `${stop.folder}: ${stop.outcome}`),
  );

  await takeUnitSteps(scope, unitSteps, log, dryRun);

  const { agents } = await client.agents({});
  const toSwitch = agents.filter((agent) => agent.mode === 'push' && canPull(agent));
  const toResume = pausedByRollback(agents, record());
  await remember({ modes: withModes(record().modes, toSwitch, 'push') });
  if (!dryRun) {
    for (const { id } of toSwitch) await client.agentMode({ mode: 'pull', agent: id });
    for (const agent of toResume) await client.agentResume({ agent }).catch(unlessGone);
  }
  await remember({ paused: [], handedTo: null });
  tell('modes', [
    ...toSwitch.map(({ id }) => `${id} is in pull mode`),
    ...toResume.map((id) => `${id} goes on, a rollback had paused it`),
  ]);

  const proofs = dryRun ? [] : await prove(client, options, record().startedAtMs);
  tell('delivery', proofs.map(proofLine));
  return { ok: proofs.every(({ proven }) => proven), steps: log.steps, proofs };
}

/** Those that a human has paused since, or before, are not the cutover's to wake. */
function pausedByRollback(agents: readonly Agent[], { paused = [] }: CutoverRecord): readonly string[] {
  return agents
    .filter(({ id, conditions = [] }) => conditions.includes('paused') && paused.includes(id))
    .map(({ id }) => id);
}

/** What a rollback handed to the old tools they may have delivered: here it would come a second time. */
function assertTakenBack({ handedTo = null }: CutoverRecord): void {
  if (handedTo === null || !existsSync(handedTo)) return;
  throw new OrqError('wrong_state', `${handedTo}: the old tools were given what waits here`, {
    details: { commands: [`orqctl takeover ${handedTo}`, 'orqctl cutover'] },
  });
}

async function check(client: Client): Promise<string[]> {
  const { version, socket } = await client.status({});
  if (version !== VERSION)
    throw new OrqError('unsupported_version', `orq-daemon is ${version}, orqctl is ${VERSION}`);
  await client.health({});
  return [`orq-daemon ${version} answers on ${socket}`];
}

/** How it was before the first run is what an undo goes back to. */
function withModes(
  known: CutoverRecord['modes'],
  agents: readonly Agent[],
  mode: DeliveryMode,
): CutoverRecord['modes'] {
  const names = new Set(known.map(({ agent }) => agent));
  return [...known, ...agents.filter(({ id }) => !names.has(id)).map(({ id }) => ({ agent: id, mode }))];
}

/** Hooks speak for it, of a client that they can serve. */
function canPull({ session, clientVersion, lastEvent }: Agent): boolean {
  return session !== null && lastEvent !== null && isSupportedClient(clientVersion);
}

/** All at once: each is waited for as long. Who does not run has nobody to prove anything, and its mail waits; who runs and was never heard has yet to. */
async function prove(client: Client, { timeoutMs }: CutoverOptions, startedAtMs: number): Promise<Proof[]> {
  if (timeoutMs === 0) return [];
  const { agents } = await client.agents({});
  const running = agents.filter((agent) => isRunning(agent) && !agent.conditions?.includes('paused'));
  return Promise.all(
    running.map(({ id }) => proveDelivery(client, id, { key: `cutover:${startedAtMs}`, timeoutMs })),
  );
}

function isRunning({ session, state, mode, pane, conditions = [] }: Agent): boolean {
  const isTypedTo = mode === 'push' && pane !== null && !conditions.includes('pane gone');
  return session !== null || state === 'no hooks' || isTypedTo;
}

function proofLine({ agent, id, receipt, proven, reason }: Proof): string {
  return proven
    ? `${agent}: ${receipt}, message ${id}`
    : `${agent}: NOT PROVEN, message ${id} is ${receipt}: ${reason}`;
}
