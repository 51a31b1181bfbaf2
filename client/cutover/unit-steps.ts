/** The steps of the cutover that change units: the conflict with the old monitor, and its end. In the machine's systemd only root may take them. */
import { OrqError } from '../../src/protocol/errors.ts';
import type { Scope } from '../service/scope.ts';
import { missingDropIns, writeDropIns, type DropIn } from './conflict.ts';
import { openCutoverLog, type CutoverLog, type CutoverStep, type LogOptions } from './log.ts';
import { findOldUnits, OLD_MONITOR, retire, type OldUnit } from './old-unit.ts';

export interface UnitSteps {
  readonly dropIns: readonly DropIn[];
  /** Old units that run, or come with the boot. */
  readonly living: readonly OldUnit[];
}

/** What is left to be done. */
export async function plannedUnitSteps(scope: Scope): Promise<UnitSteps> {
  const units = await findOldUnits();
  return {
    dropIns: await missingDropIns(scope, units),
    living: units.filter(({ active, enabled }) => active || enabled),
  };
}

/** @throws OrqError forbidden, with the commands, where steps are left that this user may not take. */
export function assertMayTake({ dropIns, living }: UnitSteps, scope: Pick<Scope, 'kind'>, uid: number): void {
  const isMachines = living.some((unit) => unit.scope === 'system');
  if (uid === 0 || !(isMachines || (scope.kind === 'system' && dropIns.length > 0))) return;
  const first =
    scope.kind === 'system' ? 'sudo orqctl cutover --units' : `sudo systemctl disable --now ${OLD_MONITOR}`;
  throw new OrqError('forbidden', `${OLD_MONITOR}: only root may end it in the machine's systemd`, {
    details: { commands: [first, 'orqctl cutover'] },
  });
}

/** @throws OrqError wrong_state, forbidden; what was done before it stands, and is written down. */
export async function takeUnitSteps(
  scope: Scope,
  { dropIns, living }: UnitSteps,
  log: CutoverLog,
  dryRun: boolean,
): Promise<void> {
  const { record, remember, tell } = log;
  await remember({ conflict: [...new Set([...record().conflict, ...dropIns.map(({ path }) => path)])] });
  if (!dryRun) await writeDropIns(scope, dropIns);
  tell(
    'conflict',
    dropIns.map(({ path }) => `wrote ${path}`),
  );
  // How it was before the first run is what an undo goes back to.
  const known = new Set(record().units.map(nameOf));
  await remember({ units: [...record().units, ...living.filter((unit) => !known.has(nameOf(unit)))] });
  if (!dryRun) for (const unit of living) await retire(unit);
  tell(
    'units',
    living.map((unit) => `stopped and disabled ${nameOf(unit)}`),
  );
}

/** Root's part alone, for a service of the machine whose agents are another user's. */
export async function cutOverUnits(scope: Scope, options: LogOptions): Promise<readonly CutoverStep[]> {
  const log = await openCutoverLog(options);
  await takeUnitSteps(scope, await plannedUnitSteps(scope), log, options.dryRun);
  return log.steps;
}

function nameOf({ unit, scope }: OldUnit): string {
  return scope === 'user' ? `${unit} (user)` : unit;
}
