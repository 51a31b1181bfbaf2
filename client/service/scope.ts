/** Whose systemd runs the daemon, where its units lie, and what stands in them. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { MACHINE_SOCKET, stateDir } from '../../src/protocol/places.ts';
import { accountOf } from './account.ts';
import { systemdVersion } from './systemd-version.ts';
import { SERVICE, type UnitValues } from './unit-files.ts';

export interface Scope {
  readonly kind: 'user' | 'system';
  /** The folder of the units. */
  readonly folder: string;
  readonly values: UnitValues;
  /** Where the other scope's service of the same user would lie. */
  readonly otherUnit: string;
}

export interface ScopeFlags {
  readonly system?: true;
  /** The user of the machine's service. */
  readonly user?: string;
}

export interface Installation {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly packageFolder: string;
  readonly node: string;
  /** Where a daemon of this user's own listens. */
  readonly socket: () => string;
}

const SYSTEM_UNITS = '/etc/systemd/system';
const SYSTEM_STATE = '/var/lib/orq';

/** @throws OrqError bad_request, not_found, forbidden. */
export function scopeFor(flags: ScopeFlags, installation: Installation): Scope {
  const { env, packageFolder, node } = installation;
  const exec = [node, join(packageFolder, 'dist/daemon/main.js')];
  const alert = [node, join(packageFolder, 'dist/daemon/alert-main.js')];
  const systemd = systemdVersion();
  const path = env['PATH'] ?? '';
  if (flags.system !== true) {
    if (flags.user !== undefined)
      throw new OrqError('bad_request', '--user: belongs to --system; without it the service is your own');
    const home = env['HOME'] || homedir();
    return {
      kind: 'user',
      folder: userUnits(home, env['XDG_CONFIG_HOME']),
      otherUnit: join(SYSTEM_UNITS, SERVICE),
      values: {
        exec,
        alert,
        systemd,
        path,
        home,
        socket: installation.socket(),
        stateDir: stateDir(env, home),
        user: userInfo().username,
      },
    };
  }
  const name = flags.user ?? env['SUDO_USER'];
  if (name === undefined)
    throw new OrqError('bad_request', '--system: needs --user NAME, whose agents it serves');
  const { home, name: user } = accountOf(name);
  return {
    kind: 'system',
    folder: SYSTEM_UNITS,
    otherUnit: join(userUnits(home, undefined), SERVICE),
    values: { exec, alert, systemd, path, home, user, socket: MACHINE_SOCKET, stateDir: SYSTEM_STATE },
  };
}

/** For commands after the install: the scope that has units, the user's own before the machine's, which root may look after for everybody. */
export function installedScope(flags: ScopeFlags, installation: Installation): Scope {
  const user = userOf(join(SYSTEM_UNITS, SERVICE));
  if (flags.system === true) return scopeFor({ user: user ?? userInfo().username, ...flags }, installation);
  const own = scopeFor(flags, installation);
  const isTheirs = user === own.values.user || (user !== undefined && own.values.user === 'root');
  return isTheirs && !existsSync(join(own.folder, SERVICE))
    ? scopeFor({ system: true, user }, installation)
    : own;
}

/** @throws OrqError wrong_state where the other scope serves the same user. */
export function assertAlone({ kind, otherUnit, values }: Scope): void {
  const other = kind === 'user' ? 'the machine' : 'that user';
  const user = kind === 'user' ? userOf(otherUnit) : existsSync(otherUnit) ? values.user : undefined;
  if (user !== values.user) return;
  throw new OrqError('wrong_state', `${otherUnit}: ${other} has a service of orq for ${user} already`, {
    details: { systemd: true, other: kind === 'user' ? 'system' : 'user' },
  });
}

function userUnits(home: string, config: string | undefined): string {
  return join(config && isAbsolute(config) ? config : join(home, '.config'), 'systemd/user');
}

/** The user of a unit that lies there. */
function userOf(unit: string): string | undefined {
  try {
    return /^User=(.+)$/m.exec(readFileSync(unit, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
