import { Command } from 'commander';
import { assertSystemd, stopService } from '../../service/install.ts';
import type { ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addScope, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';

export function serviceStop(terminal: Terminal): Command {
  const command = addScope(new Command('stop'))
    .description('Stop the daemon for good: no hook starts it again, nor does the next boot.')
    .action(async (flags: ScopeFlags) => {
      const scope = scopeInstalled(flags, terminal);
      assertSystemd();
      await stopService(scope);
      terminal.answer(
        { scope: scope.kind, active: false },
        () => 'orq-daemon is stopped until orqctl service start',
      );
    });
  return addExamples(command, ['orqctl service stop']);
}
