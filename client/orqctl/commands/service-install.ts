import { join } from 'node:path';
import { Command } from 'commander';
import { THIS_HOST } from '../../hooks/host.ts';
import { installService, plannedUnits, type ServiceInstalled } from '../../service/install.ts';
import type { ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addScope, scopeToInstall } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { visible, visibleLines } from '../visible.ts';

interface Flags extends ScopeFlags {
  readonly dryRun?: true;
}

export function serviceInstall(terminal: Terminal): Command {
  const command = addScope(new Command('install'))
    .description('Write the units for this installation and start the daemon.')
    .option('--dry-run', 'print the files, write nothing')
    .action(async (flags: Flags) => {
      const scope = scopeToInstall(flags, terminal);
      const { packageFolder } = THIS_HOST;
      if (flags.dryRun === true) {
        const files = plannedUnits(packageFolder, scope).map(({ name, text }) => ({
          path: join(scope.folder, name),
          text,
        }));
        terminal.answer({ scope: scope.kind, files }, () =>
          files.map(({ path, text }) => visibleLines(`# ${path}\n${text}`)).join('\n'),
        );
        return;
      }
      const installed = await installService(packageFolder, scope);
      for (const line of warnings(installed)) terminal.warn(line);
      terminal.answer(installed, () => sentences(installed));
    });
  return addExamples(command, [
    'orqctl service install --dry-run',
    'orqctl service install --system --user root --dry-run',
  ]);
}

function* warnings({ lingers, user, scope, socket }: ServiceInstalled): Generator<string> {
  if (lingers === false)
    yield `the service ends with the last logout of ${user}; "loginctl enable-linger ${user}" keeps it`;
  if (scope === 'system')
    yield `programs of ${user} find this daemon with ORQ_SOCKET=${socket} in their environment`;
}

function sentences({ files, socket, stateDir }: ServiceInstalled): string {
  return [
    ...files.map(({ path, changed }) => `${visible(path)}: ${changed ? 'written' : 'was there'}`),
    `orq-daemon runs on ${visible(socket)}, its state is in ${visible(stateDir)}`,
  ].join('\n');
}
