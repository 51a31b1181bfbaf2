/** A user of this machine, as its name service knows them. */
import { spawnSync } from 'node:child_process';
import { OrqError } from '../../src/protocol/errors.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** Finds a user by name or number. @throws OrqError not_found. */
export function accountOf(user: string): Account {
  const { stdout } = spawnSync('getent', ['passwd', '--', user], { encoding: 'utf8' });
  const [name = '', , uid = '', , , home = ''] = (stdout ?? '').split('\n', 1)[0]?.split(':') ?? [];
  if (name === '' || !home.startsWith('/'))
    throw new OrqError('not_found', `user ${user}: not on this machine`);
  return { name, uid: Number(uid), home };
}
