/** Takes steps of a cutover back, the last one first. */
import type { Client } from '../client.ts';
import type { Host } from '../hooks/host.ts';
import { uninstallHooks } from '../hooks/uninstall.ts';
import type { Scope } from '../service/scope.ts';
import { removeDropIns } from './conflict.ts';
import { unlessGone } from './gone.ts';
import { bringBack } from './old-unit.ts';
import { dropCutover, readCutover, writeCutover, type CutoverRecord } from './record.ts';

/** The conflict goes before the units come back: else their start would stop orq. */
export const UNDOABLE = ['modes', 'conflict', 'units', 'hooks'] as const;
export type Undoable = (typeof UNDOABLE)[number];

export interface UndoOptions {
  readonly host: Host;
  readonly scope: Pick<Scope, 'kind'>;
  readonly steps: readonly Undoable[];
}

/** @returns a line for each thing that was taken back. @throws OrqError; what was taken back before it is forgotten. */
export async function undoCutover(
  client: Client,
  { host, scope, steps }: UndoOptions,
): Promise<readonly string[]> {
  const record = await readCutover(host);
  if (!record) return [];
  const lines: string[] = [];
  const undone = new Set<Undoable>();
  const meant = UNDOABLE.filter(
    (each) => steps.includes(each) || (each === 'conflict' && steps.includes('units')),
  );
  for (const step of meant) {
    lines.push(...(await UNDO[step](record, { client, host, scope })));
    undone.add(step);
    await writeCutover(without(record, undone), host);
  }
  const left = without(record, undone);
  const isEmpty = UNDOABLE.every((step) => left[step].length === 0) && (left.paused ?? []).length === 0;
  if (isEmpty) await dropCutover(host);
  return lines;
}

function without(record: CutoverRecord, undone: ReadonlySet<Undoable>): CutoverRecord {
  return { ...record, ...Object.fromEntries([...undone].map((step) => [step, []])) };
}

interface Means {
  readonly client: Client;
  readonly host: Host;
  readonly scope: Pick<Scope, 'kind'>;
}

const UNDO: Readonly<Record<Undoable, (record: CutoverRecord, means: Means) => Promise<string[]>>> = {
  modes: async ({ modes }, { client }) => {
    for (const { agent, mode } of modes) await client.agentMode({ mode, agent }).catch(unlessGone);
    return modes.map(({ agent, mode }) => `${agent} is in ${mode} mode`);
  },
  units: async ({ units }) => {
    for (const unit of units) await bringBack(unit);
    return units.map(
      ({ unit, enabled, active }) =>
        `${unit}: ${[enabled && 'enabled', active && 'started'].filter(Boolean).join(' and ')}`,
    );
  },
  conflict: async ({ conflict }, { scope }) => {
    await removeDropIns(scope, conflict);
    return conflict.map((path) => `removed ${path}`);
  },
  hooks: async ({ hooks }, { host }) => {
    const lines: string[] = [];
    for (const file of hooks) {
      const done = await uninstallHooks({ kind: 'file', file }, host).catch(unlessGone);
      lines.push(`${file}: ${done?.outcome ?? 'absent'}`);
    }
    return lines;
  },
};
