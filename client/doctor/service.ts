/** Whether systemd has the daemon, keeps it, and starts it with the machine. */
import { existsSync } from 'node:fs';
import { OrqError } from '../../src/protocol/errors.ts';
import { conditionOf } from '../service/condition.ts';
import { installedScope, type Installation } from '../service/scope.ts';
import { well, wrong, type Check } from './check.ts';

const NAME = 'service';

/** A daemon that somebody runs by hand is no fault. */
export async function serviceCheck(installation: Installation): Promise<Check> {
  if (!existsSync('/run/systemd/system'))
    return well(NAME, 'this machine was not booted with systemd: the daemon runs by hand');
  try {
    const scope = installedScope({}, installation);
    const { installed, units } = await conditionOf(scope);
    if (!installed) return well(NAME, 'not installed: the daemon runs by hand');
    const flag = scope.kind === 'system' ? ' --system' : '';
    const words = units.map(
      ({ unit, active, enabled }) => `${unit} ${active}, ${enabled ? 'enabled' : 'disabled'}`,
    );
    const found = `${scope.kind}: ${words.join('; ')}`;
    if (units.some(({ active, enabled }) => active !== 'active' || !enabled))
      return wrong(NAME, found, `orqctl service start${flag}; systemctl status says why it ended`);
    const { user } = scope.values;
    if (scope.kind === 'user' && !existsSync(`/var/lib/systemd/linger/${user}`))
      return wrong(NAME, `${found}; it ends with the last logout of ${user}`, 'loginctl enable-linger');
    return well(NAME, found);
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    return wrong(NAME, error.message, 'orqctl service status');
  }
}
