/**
 * The way back: nothing more is handed out, what waits is written down, the hooks go, and somebody else delivers: orq itself by keystrokes, or the
 * old monitor. Every step may be run again.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Client } from '../client.ts';
import { exportDocument, exportPages } from '../export-document.ts';
import type { Host } from '../hooks/host.ts';
import { uninstallAll } from '../rollout/uninstall-all.ts';
import { assertSystemd, stopService } from '../service/install.ts';
import type { Scope } from '../service/scope.ts';
import { ask } from '../service/systemctl.ts';
import { SERVICE, SOCKET } from '../service/unit-files.ts';
import { writeBack } from '../takeover/write-back.ts';
import { writeWhole } from '../whole-file.ts';
import { removeDropIns, standingDropIns } from './conflict.ts';
import { unlessGone } from './gone.ts';
import { bringBack, findOldUnits, OLD_MONITOR, type OldUnit } from './old-unit.ts';
import { pauseAll } from './pause-all.ts';
import { ensureDaemon } from './running-daemon.ts';
import { dropCutover, newCutover, readCutover, writeCutover } from './record.ts';

export interface RollbackOptions {
  readonly host: Host;
  readonly scope: Scope;
  /** Where what waits is written as an export. */
  readonly file: string;
  /** Also into a new database of the old system. */
  readonly toDb: string | undefined;
  /** Who delivers afterwards: the old monitor, or orq's own push mode. */
  readonly oldMonitor: boolean;
  /** How long handed out messages may take to be proven before they are written down as undelivered. */
  readonly drainMs: number;
  readonly dryRun: boolean;
  readonly nowMs: number;
  readonly report: (line: string) => void;
  /** Told what is left half done, whatever form the answer has. */
  readonly warn: (line: string) => void;
}

export interface RolledBack {
  readonly file: string;
  readonly undelivered: number;
  readonly toDb: string | null;
  readonly warnings: readonly string[];
  /** Settings files that are without orq's hooks now. */
  readonly hooks: readonly string[];
  readonly deliversNow: 'push mode' | 'the old monitor' | 'nobody: agents are paused';
}

const LOOK_MS = 100;

/** @throws OrqError wrong_state (no systemd, no old monitor, an orq-daemon that systemd did not start), and what its steps throw. */
export async function rollBack(client: Client, options: RollbackOptions): Promise<RolledBack> {
  const { host, scope, file, toDb, oldMonitor, dryRun, nowMs, report } = options;
  const record = await readCutover(host);
  const units = oldMonitor ? await unitsToStart(record?.units ?? []) : [];
  if (oldMonitor) assertMayHandOver(options, units);
  if (await ensureDaemon(client, scope, { dryRun })) report('orq-daemon did not run: started');
  if (oldMonitor) await assertOursToStop(scope);
  if (toDb !== undefined && existsSync(toDb))
    throw new OrqError('wrong_state', `${toDb}: exists already, so nothing is written to it`);
  const deliversNow = oldMonitor
    ? 'the old monitor'
    : toDb === undefined
      ? 'push mode'
      : 'nobody: agents are paused';
  if (dryRun) {
    const { ready, scheduled, blocked, leased } = await client.counts({});
    return {
      file,
      undelivered: ready + scheduled + blocked + leased,
      toDb: toDb ?? null,
      warnings: [],
      hooks: [],
      deliversNow,
    };
  }

  const paused = await pauseAll(client, host, nowMs);
  report(`paused ${paused.length} agents`);
  try {
    return await goBack(client, { ...options, conflict: record?.conflict ?? [], units, paused, deliversNow });
  } catch (error) {
    options.warn('not done: agents stay paused; run it again, or orqctl agent resume --all');
    throw error;
  }
}

interface Prepared extends RollbackOptions, Pick<RolledBack, 'deliversNow'> {
  /** Drop-ins of the cutover. */
  readonly conflict: readonly string[];
  readonly units: readonly OldUnit[];
  readonly paused: readonly string[];
}

async function goBack(client: Client, prepared: Prepared): Promise<RolledBack> {
  const { host, scope, file, toDb, oldMonitor, conflict, units, paused, deliversNow, nowMs, report } =
    prepared;
  const left = await drain(client, prepared.drainMs);
  if (left > 0) report(`${left} messages are handed out and not proven: they may come twice`);

  const undelivered = await writeDown(client, file, nowMs);
  report(`${undelivered} messages written to ${file}`);
  const written = toDb === undefined ? null : await writeBack(client, toDb, nowMs);
  if (written) report(`${written.messages} messages written to ${toDb}`);

  const hooks = await withoutHooks(host).catch(async (error: unknown) => {
    // Orq still has all that stands in it, and the next run writes it again.
    if (toDb !== undefined) await rm(toDb, { force: true });
    throw error;
  });
  report(`hooks taken out of ${hooks.length} settings files`);

  if (oldMonitor) {
    const late = await since(client, undelivered);
    if (late > 0)
      report(`${late} messages came meanwhile: they stay with orq, export them when it runs again`);
    await stopService(scope);
    report('orq-daemon stopped and disabled');
  }
  await removeDropIns(
    scope,
    conflict.filter((path) => existsSync(path)),
  );
  if (scope.kind === 'system' && standingDropIns(scope).length > 0)
    report('the conflict with the old monitor stays: sudo orqctl cutover --units --undo takes it back');
  for (const unit of units) {
    await bringBack(unit);
    report(`${unit.unit} enabled and started`);
  }
  if (!oldMonitor) await toPush(client, { resume: toDb === undefined, paused });
  if (deliversNow === 'push mode') await dropCutover(host);
  // A later cutover lets those go on that were paused here, and nobody else.
  else await writeCutover({ ...newCutover(nowMs), paused, handedTo: toDb ?? null }, host);
  return { file, undelivered, toDb: toDb ?? null, warnings: written?.warnings ?? [], hooks, deliversNow };
}

async function withoutHooks(host: Host): Promise<readonly string[]> {
  return (await uninstallAll(host)).map(({ file }) => file);
}

/** As they were before the cutover; where that is not known the old monitor is taken for one that was enabled. */
async function unitsToStart(before: readonly OldUnit[]): Promise<readonly OldUnit[]> {
  assertSystemd();
  if (before.some(({ active }) => active)) return before;
  const [found] = await findOldUnits();
  if (!found)
    throw new OrqError('wrong_state', `${OLD_MONITOR}: is not on this machine`, {
      details: { systemd: false },
    });
  return [{ ...found, active: true, enabled: true }];
}

/** @throws OrqError forbidden, with the commands, for an ordinary user where the machine's systemd has one of the two. */
function assertMayHandOver({ scope, toDb }: RollbackOptions, units: readonly OldUnit[]): void {
  const isMachines = scope.kind === 'system' || units.some((unit) => unit.scope === 'system');
  if ((process.getuid?.() ?? 0) === 0 || !isMachines) return;
  const stop = scope.kind === 'system' ? 'sudo orqctl service stop --system' : 'orqctl service stop';
  const start =
    scope.kind === 'system' && standingDropIns(scope).length > 0
      ? 'sudo orqctl cutover --units --undo'
      : `sudo systemctl enable --now ${OLD_MONITOR}`;
  throw new OrqError('forbidden', `${OLD_MONITOR}: only root may hand over to it in the machine's systemd`, {
    details: { commands: [`orqctl rollback --to-db ${toDb ?? 'FILE'}`, stop, start] },
  });
}

/** A daemon that somebody started by hand would go on, and the old monitor type beside it. */
async function assertOursToStop(scope: Scope): Promise<void> {
  const { stdout } = await ask(scope, ['is-active', SOCKET, SERVICE]);
  if (stdout.split('\n').includes('active')) return;
  throw new OrqError(
    'wrong_state',
    `${SERVICE}: does not run under systemd, so a daemon that runs has to be ended by hand first`,
    {
      details: { systemd: true },
    },
  );
}

/** Resolves with how many are still handed out. */
async function drain(client: Client, limitMs: number): Promise<number> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const { leased } = await client.counts({});
    if (leased === 0 || performance.now() > endMs) return leased;
    await pause(LOOK_MS);
  }
}

async function writeDown(client: Client, file: string, nowMs: number): Promise<number> {
  let count = 0;
  const counted = async function* () {
    for await (const page of exportPages(client, { undelivered: true })) {
      count += page.messages.length;
      yield page;
    }
  };
  await writeWhole(file, exportDocument(counted(), nowMs));
  return count;
}

async function since(client: Client, before: number): Promise<number> {
  const { ready, scheduled, blocked, leased } = await client.counts({});
  return ready + scheduled + blocked + leased - before;
}

/** What was written into a database of the old system must not be handed out here too: its agents stay paused. */
async function toPush(
  client: Client,
  { resume, paused }: { resume: boolean; paused: readonly string[] },
): Promise<void> {
  await client.agentMode({ mode: 'push', all: true });
  if (!resume) return;
  for (const agent of paused) await client.agentResume({ agent }).catch(unlessGone);
}
