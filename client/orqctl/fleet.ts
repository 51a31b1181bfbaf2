/** The `hooks` commands for many worktrees at once. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ERRORS } from '../../src/protocol/errors.ts';
import { THIS_HOST } from '../hooks/host.ts';
import { rollOut, type RollOut } from '../rollout/roll-out.ts';
import { whoServes, type Served } from '../rollout/served-by.ts';
import { findWorktrees, type WorktreeSources } from '../rollout/worktrees.ts';
import type { TargetFlags } from './hook-targets.ts';
import { alignedTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

export interface FleetFlags extends TargetFlags {
  readonly allowOrqctl?: true;
  readonly canary?: string;
  readonly timeout: number;
  readonly dryRun?: true;
  readonly root?: string;
  readonly tmux?: string;
}

/** Exit 4 where a worktree failed, 17 where the canary has proven nothing. */
export async function rollOutFleet(terminal: Terminal, flags: FleetFlags): Promise<void> {
  const { connect, socket, answer, report } = terminal;
  const client = connect();
  const worktrees = await findWorktrees(client, sourcesOf(flags), THIS_HOST);
  const rolled = await rollOut(client, worktrees, {
    socket: resolve(socket()),
    allowOrqctl: flags.allowOrqctl === true,
    canary: flags.canary,
    timeoutMs: flags.timeout,
    dryRun: flags.dryRun === true,
    host: THIS_HOST,
    report: (line) => report(visible(line)),
  });
  if (!rolled.ok) {
    const isUnproven = rolled.canary !== null && !rolled.canary.proven;
    terminal.exit = isUnproven ? ERRORS.receipt_missing.exit : ERRORS.wrong_state.exit;
  }
  answer(rolled, () => sentence(rolled, flags.dryRun === true));
}

function sentence({ ok, stops, canary }: RollOut, dryRun: boolean): string {
  const count = (outcome: RollOut['stops'][number]['outcome']): number =>
    stops.filter((stop) => stop.outcome === outcome).length;
  const done = count('installed') + count('unchanged');
  const left = count('not reached');
  const total = `${done} of ${stops.length} worktrees ${dryRun ? 'would have' : 'have'} the hooks`;
  if (ok) return total;
  const why =
    canary !== null && !canary.proven
      ? `${canary.agent} has proven no delivery (${canary.reason})`
      : 'one failed';
  return `stopped: ${visible(why)}; ${total}, ${left} not begun; run it again to go on`;
}

/** The flags that say where worktrees are looked for, besides `--all` and `--list`. */
export interface SourceFlags {
  readonly list?: string;
  readonly root?: string;
  readonly tmux?: string;
}

export function addSources(command: Command): Command {
  return command
    .option('--root <folder>', "the old system's folder, whose registry names worktrees too")
    .option('--tmux <socket>', 'a tmux server whose panes count too; else those that the daemon has in view');
}

export function sourcesOf({ list, root, tmux }: SourceFlags): WorktreeSources {
  return { list, root, tmux: tmux === undefined ? undefined : resolve(tmux) };
}

/** Exit 4 where anybody is served by another than orq, or twice. */
export async function checkFleet(terminal: Terminal, flags: TargetFlags & SourceFlags): Promise<void> {
  const { connect, socket, answer, columns } = terminal;
  const client = connect();
  const worktrees = await findWorktrees(client, sourcesOf(flags), THIS_HOST);
  const served = await whoServes(client, worktrees, { socket: resolve(socket()), host: THIS_HOST });
  const ok = served.every(
    ({ by, findings }) => (by === 'orq' || by === 'keystrokes') && findings.length === 0,
  );
  if (!ok) terminal.exit = ERRORS.wrong_state.exit;
  answer({ ok, worktrees: served }, () =>
    served.length === 0 ? 'no worktree of an agent is known' : tableOf(served, columns),
  );
}

function tableOf(served: readonly Served[], columns: number | undefined): string {
  const rows = served.map(({ folder, agents, project, clientVersion, by, modes, heard, fault, findings }) => [
    agents.join(', ') || '-',
    project ?? '-',
    by,
    modes.join(', ') || '-',
    clientVersion ?? '-',
    heard ? 'yes' : 'no',
    folder,
    fault ?? [...new Set(findings.map(({ code }) => code))].join(', '),
  ]);
  const head = ['AGENT', 'PROJECT', 'SERVED BY', 'MODE', 'CLIENT', 'HEARD', 'FOLDER', 'FINDINGS'];
  return alignedTable(head, rows, columns);
}
