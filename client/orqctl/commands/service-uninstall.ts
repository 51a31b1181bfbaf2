import { Command } from 'commander';
import type { ScopeFlags } from '../../service/scope.ts';
import { uninstallService } from '../../service/uninstall.ts';
import { addExamples } from '../examples.ts';
import { addScope, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function serviceUninstall(terminal: Terminal): Command {
  const command = addScope(new Command('uninstall'))
    .description('Stop the daemon for good and remove its units. Messages stay.')
    .action(async (flags: ScopeFlags) => {
      const uninstalled = await uninstallService(scopeInstalled(flags, terminal));
      const { removed } = uninstalled;
      terminal.answer(uninstalled, () =>
        removed.length === 0
          ? 'no units of orq here'
          : removed.map((path) => `${visible(path)}: removed`).join('\n'),
      );
    });
  return addExamples(command, ['orqctl service uninstall']);
}
