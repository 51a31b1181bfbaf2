/** What is wrong with an install, each as a code, a fact and a remedy. */
import type { OrqError } from '../../src/protocol/errors.ts';
import type { DisabledBy } from './disabled-hooks.ts';
import type { EntryState } from './entry-state.ts';
import type { ClientState } from './hook-client.ts';

export type FindingCode =
  | 'settings_file_damaged'
  | 'not_installed'
  | 'incomplete'
  | 'duplicated'
  | 'outdated'
  | 'client_missing'
  | 'client_not_executable'
  | 'client_outdated'
  | 'installed_twice'
  | 'old_hooks'
  | 'hooks_disabled';

export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly remedy: string;
}

export interface Facts {
  readonly file: string;
  readonly damage: OrqError | undefined;
  readonly entries: EntryState;
  readonly client: ClientState;
  readonly disabled: readonly DisabledBy[];
  readonly alsoIn: readonly string[];
  readonly oldIn: readonly string[];
}

const INSTALL = 'run orqctl hooks install for it';

export function findingsOf(facts: Facts): readonly Finding[] {
  const { damage, disabled, alsoIn, oldIn } = facts;
  if (damage) {
    const remedy = 'mend the file; Claude Code ignores it as it is, and orq does not touch it';
    return [{ code: 'settings_file_damaged', message: damage.message, remedy }];
  }
  return [
    ...entryFindings(facts),
    ...(facts.entries.installed ? clientFindings(facts.client) : []),
    ...alsoIn.map((file) => ({
      code: 'installed_twice' as const,
      message: `${file}: has orq's hooks too, so each event is sent twice`,
      remedy: 'run orqctl hooks uninstall for one of the two',
    })),
    ...oldIn.map((file) => ({
      code: 'old_hooks' as const,
      message: `${file}: has hooks of the old system too`,
      remedy: `${INSTALL}, which takes them out of its own files`,
    })),
    ...disabled.map(({ setting, file }) => ({
      code: 'hooks_disabled' as const,
      message: `${file}: ${setting} is on, so no hook runs`,
      remedy: `take ${setting} out of that file`,
    })),
  ];
}

function entryFindings({ file, entries }: Facts): readonly Finding[] {
  if (!entries.installed) {
    return [{ code: 'not_installed', message: `${file}: none of orq's hooks`, remedy: INSTALL }];
  }
  const rows = [
    ['incomplete', 'handlers are missing at', entries.missing],
    ['duplicated', 'more than one handler at', entries.duplicated],
    ['outdated', 'an install would write otherwise at', entries.outdated],
  ] as const;
  return rows
    .filter(([, , events]) => events.length > 0)
    .map(([code, fact, events]) => ({
      code,
      message: `${file}: ${fact} ${events.join(', ')}`,
      remedy: INSTALL,
    }));
}

function clientFindings({ path, exists, executable, current }: ClientState): readonly Finding[] {
  if (!exists) {
    const message = `${path}: does not exist, so Claude Code shows an error at every event`;
    return [{ code: 'client_missing', message, remedy: INSTALL }];
  }
  if (!executable)
    return [{ code: 'client_not_executable', message: `${path}: not executable`, remedy: INSTALL }];
  if (!current) {
    const message = `${path}: not the hook client of this orq`;
    return [{ code: 'client_outdated', message, remedy: `${INSTALL}; running waiters keep the old one` }];
  }
  return [];
}
