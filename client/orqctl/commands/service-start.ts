import { Command } from 'commander';
import { assertSystemd, startService } from '../../service/install.ts';
import type { ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addScope, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';

export function serviceStart(terminal: Terminal): Command {
  const command = addScope(new Command('start'))
    .description('Start the daemon, now and with the machine, also after it failed.')
    .action(async (flags: ScopeFlags) => {
      const scope = scopeInstalled(flags, terminal);
      assertSystemd();
      await startService(scope);
      terminal.answer({ scope: scope.kind, active: true }, () => 'orq-daemon runs');
    });
  return addExamples(command, ['orqctl service start']);
}
