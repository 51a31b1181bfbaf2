import { Command } from 'commander';
import { ERRORS } from '../../../src/protocol/errors.ts';
import type { Check } from '../../doctor/check.ts';
import { examine, NO_DAEMON } from '../../doctor/examine.ts';
import { addExamples } from '../examples.ts';
import { installationOf } from '../service-scope.ts';
import { addTargets, chooseTargets, type TargetFlags } from '../hook-targets.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function doctor(terminal: Terminal): Command {
  const command = addTargets(new Command('doctor'))
    .description(
      'Look whether everything that a delivery needs is well; exit 4 where something is not, 6 without a daemon.',
    )
    .action(async (folders: string[], flags: TargetFlags) => {
      const checks = await examine({
        client: terminal.connect(),
        targets: chooseTargets(folders, flags),
        installation: installationOf(terminal),
      });
      const ok = checks.every((check) => check.ok);
      const isReached = checks.every(({ name }) => name !== NO_DAEMON);
      if (!ok) terminal.exit = (isReached ? ERRORS.wrong_state : ERRORS.unreachable).exit;
      terminal.answer({ ok, checks }, () => checks.map((check) => line(check, terminal.colors)).join('\n'));
    });
  return addExamples(command, ['orqctl doctor', 'orqctl doctor --user --json']);
}

function line({ name, ok, found, remedy }: Check, colors: Terminal['colors']): string {
  const head = ok ? colors.green('ok   ') : colors.red('wrong');
  const rest = remedy === null ? '' : `\n        do: ${visible(remedy)}`;
  return `${head} ${visible(name)}: ${visible(found)}${rest}`;
}
