import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { serviceInstall } from './service-install.ts';
import { serviceStart } from './service-start.ts';
import { serviceStatus } from './service-status.ts';
import { serviceStop } from './service-stop.ts';
import { serviceUninstall } from './service-uninstall.ts';

export function service(terminal: Terminal): Command {
  const command = new Command('service')
    .description('Have systemd run the daemon, for one user or for the machine.')
    .addCommand(serviceInstall(terminal))
    .addCommand(serviceUninstall(terminal))
    .addCommand(serviceStart(terminal))
    .addCommand(serviceStop(terminal))
    .addCommand(serviceStatus(terminal));
  return addExamples(command, ['orqctl service install --dry-run', 'orqctl service status']);
}
