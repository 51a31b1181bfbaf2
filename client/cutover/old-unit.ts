/** The unit that types for the old system: where it is, how it is, and how it is stopped and started again. */
import { existsSync } from 'node:fs';
import type { Scope } from '../service/scope.ts';
import { ask, order, propertiesOf } from '../service/systemctl.ts';

export const OLD_MONITOR = 'agent-idle-monitor.service';

export interface OldUnit {
  readonly unit: string;
  /** Whose systemd has it. */
  readonly scope: Scope['kind'];
  readonly active: boolean;
  readonly enabled: boolean;
}

/** In the machine's systemd and in the user's own; none where the machine was not booted with systemd. */
export async function findOldUnits(): Promise<readonly OldUnit[]> {
  if (!existsSync('/run/systemd/system')) return [];
  const found = await Promise.all((['system', 'user'] as const).map((kind) => conditionIn(kind)));
  return found.filter((unit) => unit !== null);
}

async function conditionIn(scope: Scope['kind']): Promise<OldUnit | null> {
  const names = ['LoadState', 'ActiveState', 'UnitFileState'] as const;
  const { LoadState, ActiveState, UnitFileState } = await propertiesOf(
    { kind: scope },
    OLD_MONITOR,
    ...names,
  );
  if (LoadState !== 'loaded') return null;
  const active = ActiveState === 'active' || ActiveState === 'activating' || ActiveState === 'reloading';
  return { unit: OLD_MONITOR, scope, active, enabled: UnitFileState === 'enabled' };
}

/** @throws OrqError wrong_state with what systemctl said. */
export async function retire({ unit, scope }: OldUnit): Promise<void> {
  // One without an [Install] section cannot be disabled, and does not come with the boot either.
  await ask({ kind: scope }, ['disable', unit]);
  await order({ kind: scope }, 'stop', unit);
}

/** As it was. @throws OrqError wrong_state with what systemctl said. */
export async function bringBack({ unit, scope, active, enabled }: OldUnit): Promise<void> {
  if (enabled) await order({ kind: scope }, 'enable', unit);
  if (active) await order({ kind: scope }, 'start', unit);
}
