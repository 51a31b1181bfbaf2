import { Command } from 'commander';
import { conditionOf, type ServiceCondition } from '../../service/condition.ts';
import { assertSystemd } from '../../service/install.ts';
import type { ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addScope, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function serviceStatus(terminal: Terminal): Command {
  const command = addScope(new Command('status'))
    .description('Show how the units are. Asks systemd alone, so that it starts nothing.')
    .action(async (flags: ScopeFlags) => {
      const scope = scopeInstalled(flags, terminal);
      assertSystemd();
      const condition = await conditionOf(scope);
      terminal.answer(condition, () => conditionText(condition));
    });
  return addExamples(command, ['orqctl service status', 'orqctl service status --json']);
}

function conditionText({ scope, installed, units, says, pid, result, restarts }: ServiceCondition): string {
  if (!installed) return 'not installed; orqctl service install does it';
  return [
    ...units.map(
      ({ unit, active, enabled }) => `${unit} (${scope}): ${active}, ${enabled ? 'enabled' : 'disabled'}`,
    ),
    ...(pid > 0 ? [`pid ${pid}: ${visible(says)}`] : [`last end: ${result}`]),
    `started again by systemd: ${restarts}`,
  ].join('\n');
}
