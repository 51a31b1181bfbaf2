import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { stateDir } from '../../../src/protocol/places.ts';
import type { Client } from '../../client.ts';
import { THIS_HOST } from '../../hooks/host.ts';
import { uninstall as uninstallOrq, type Uninstalled } from '../../uninstall/uninstall.ts';
import { addExamples } from '../examples.ts';
import { scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

const LONGEST_MS = 3_600_000;

export function uninstall(terminal: Terminal): Command {
  const command = new Command('uninstall')
    .description('Take out all hooks and the service. Messages stay, unless they are purged.')
    .option('--purge', 'remove the messages too; what was not delivered is written to this folder first')
    .action(async ({ purge = false }: { purge?: boolean }) => {
      const { env, socket, connect, answer } = terminal;
      const state = resolve(stateDir(env, homedir()));
      const uninstalled = await uninstallOrq({
        host: THIS_HOST,
        scope: scopeInstalled({}, terminal),
        socket: socket(),
        stateDir: state,
        keepUndelivered: async () => (existsSync(join(state, 'orq.db')) ? keepUndelivered(connect()) : null),
        purge,
      });
      answer(uninstalled, () => sentences(uninstalled, state));
    });
  return addExamples(command, ['orqctl uninstall', 'orqctl uninstall --purge']);
}

/** A whole copy, which `orqctl restore` takes. */
async function keepUndelivered(client: Pick<Client, 'counts' | 'backup'>): Promise<string | null> {
  const { ready, scheduled, blocked, leased } = await client.counts({});
  if (ready + scheduled + blocked + leased === 0) return null;
  const { file } = await client.backup({ file: resolve(`orq-${Date.now()}.db`) }, { timeoutMs: LONGEST_MS });
  return file;
}

function sentences({ hooks, undelivered, units, purged }: Uninstalled, state: string): string {
  const lines = [
    ...hooks.map((file) => `${visible(file)}: without orq's hooks`),
    ...units.map((file) => `${visible(file)}: removed`),
    ...(undelivered === null ? [] : [`${visible(undelivered)}: what was not delivered`]),
    ...purged.map((folder) => `${visible(folder)}: removed`),
    ...(existsSync(state) ? [`${visible(state)}: stays`] : []),
  ];
  return lines.join('\n') || 'nothing of orq here';
}
