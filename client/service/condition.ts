/** How orq's units are, in systemd's words. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from './scope.ts';
import { propertiesOf } from './systemctl.ts';
import { SERVICE, UNITS } from './unit-files.ts';

export interface UnitCondition {
  readonly unit: string;
  /** active, inactive, failed, activating, deactivating. */
  readonly active: string;
  /** Whether it comes with the next boot. */
  readonly enabled: boolean;
}

export interface ServiceCondition {
  readonly scope: Scope['kind'];
  readonly installed: boolean;
  readonly units: readonly UnitCondition[];
  /** The line that the daemon says of itself; empty where it does not run. */
  readonly says: string;
  readonly pid: number;
  /** How the last life ended, as `success`, `exit-code` or `watchdog`. */
  readonly result: string;
  /** Times that systemd started it again since it was started by command. */
  readonly restarts: number;
}

export async function conditionOf(scope: Scope): Promise<ServiceCondition> {
  const units = await Promise.all(
    UNITS.map(async (unit) => {
      const { ActiveState = '', UnitFileState = '' } = await propertiesOf(
        scope,
        unit,
        'ActiveState',
        'UnitFileState',
      );
      return { unit, active: ActiveState, enabled: UnitFileState === 'enabled' };
    }),
  );
  const names = ['MainPID', 'StatusText', 'Result', 'NRestarts'];
  const { MainPID, StatusText = '', Result = '', NRestarts } = await propertiesOf(scope, SERVICE, ...names);
  return {
    scope: scope.kind,
    installed: UNITS.every((name) => existsSync(join(scope.folder, name))),
    units,
    says: StatusText,
    pid: Number(MainPID ?? 0),
    result: Result,
    restarts: Number(NRestarts ?? 0),
  };
}
