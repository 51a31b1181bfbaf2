import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ERRORS } from '../../../src/protocol/errors.ts';
import type { Cutover } from '../../cutover/cutover.ts';
import type { Undoable } from '../../cutover/undo.ts';
import { THIS_HOST } from '../../hooks/host.ts';
import type { Scope, ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addSources, sourcesOf, type SourceFlags } from '../fleet.ts';
import { addScope, refuseForOthers, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags extends ScopeFlags, SourceFlags {
  readonly dryRun?: true;
  readonly timeout: number;
  readonly proof: boolean;
  readonly undo?: true | Undoable;
  readonly units?: true;
}

const PROOF_MS = 120_000;
const STEPS = ['modes', 'conflict', 'units', 'hooks'] as const;
const UNIT_STEPS = ['conflict', 'units'] as const;
const ROOT_FIRST = ['sudo orqctl cutover --units'];

export function cutover(terminal: Terminal): Command {
  const command = addSources(addScope(new Command('cutover')))
    .description(
      'End the old system: hooks for all, its monitor off, everybody in pull mode, each delivery proven.',
    )
    .option('--dry-run', 'change nothing, and say what would be done')
    .option('--list <file>', 'the worktrees, a folder a line, instead of all that are known')
    .option(
      '--timeout <duration>',
      'how long each agent may take to prove a delivery',
      parseDuration,
      PROOF_MS,
    )
    .option('--no-proof', 'send no messages that prove deliveries')
    .addOption(new Option('--undo [step]', 'take a step of an earlier cutover back, or all').choices(STEPS))
    .option(
      '--units',
      "root's part for a service of the machine: the conflict and the end of the old monitor",
    )
    .action(async (flags: Flags) => {
      if (flags.units !== true) refuseForOthers(terminal, flags, ROOT_FIRST);
      const scope = scopeInstalled(flags, terminal);
      if (flags.undo === undefined && flags.units === true) return unitsAlone(terminal, scope, flags);
      const client = terminal.connect();
      if (flags.undo !== undefined) {
        const { undoCutover } = await import('../../cutover/undo.ts');
        const all = flags.units === true ? UNIT_STEPS : STEPS;
        const steps = flags.undo === true ? all : [flags.undo];
        const undone = await undoCutover(client, { host: THIS_HOST, scope, steps });
        terminal.answer({ undone }, () =>
          undone.length === 0 ? 'nothing to take back' : undone.map(visible).join('\n'),
        );
        return;
      }
      const { cutOver } = await import('../../cutover/cutover.ts');
      const { findWorktrees } = await import('../../rollout/worktrees.ts');
      const done = await cutOver(client, {
        host: THIS_HOST,
        scope,
        socket: resolve(terminal.socket()),
        worktrees: await findWorktrees(client, sourcesOf(flags), THIS_HOST),
        dryRun: flags.dryRun === true,
        timeoutMs: flags.proof ? flags.timeout : 0,
        nowMs: Date.now(),
        report: (line) => terminal.report(visible(line)),
      });
      if (!done.ok) terminal.exit = ERRORS.receipt_missing.exit;
      terminal.answer(done, () => sentence(done, flags.dryRun === true));
    });
  return addExamples(command, ['orqctl cutover --dry-run', 'orqctl cutover --no-proof']);
}

/** What root writes down of it lies in root's home. */
async function unitsAlone(terminal: Terminal, scope: Scope, { dryRun }: Flags): Promise<void> {
  const { cutOverUnits } = await import('../../cutover/unit-steps.ts');
  const steps = await cutOverUnits(scope, {
    host: THIS_HOST,
    dryRun: dryRun === true,
    nowMs: Date.now(),
    report: (line) => terminal.report(visible(line)),
  });
  const next = `orqctl cutover, as ${visible(scope.values.user)}, does the rest`;
  terminal.answer({ ok: true, steps, proofs: [] }, () =>
    dryRun === true ? 'nothing was changed' : `done; ${next}`,
  );
}

function sentence({ ok, proofs }: Cutover, dryRun: boolean): string {
  if (dryRun) return 'nothing was changed';
  if (ok) return `done: ${proofs.length} agents have proven a delivery; orqctl cutover --undo takes it back`;
  const unproven = proofs.filter(({ proven }) => !proven).map(({ agent }) => visible(agent));
  return `not proven: ${unproven.join(', ')}; run it again to wait on, or orqctl cutover --undo`;
}
