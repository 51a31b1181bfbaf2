import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { stateDir } from '../../../src/protocol/places.ts';
import type { Client } from '../../client.ts';
import { exportDocument, exportPages } from '../../export-document.ts';
import { THIS_HOST } from '../../hooks/host.ts';
import { assertHooksGone } from '../../service/other-user.ts';
import { uninstall as uninstallOrq, type Uninstalled } from '../../uninstall/uninstall.ts';
import { writeWhole } from '../../whole-file.ts';
import { addExamples } from '../examples.ts';
import { scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function uninstall(terminal: Terminal): Command {
  const command = new Command('uninstall')
    .description(
      'Take out all hooks, write what was not delivered to this folder, and take out the service. The state stays, unless it is purged.',
    )
    .option('--purge', 'remove the state too: messages, copies, settings')
    .action(async ({ purge = false }: { purge?: boolean }) => {
      const { env, socket, connect, answer } = terminal;
      const state = resolve(stateDir(env, homedir()));
      const scope = scopeInstalled({}, terminal);
      await assertHooksGone(scope, process.getuid?.() ?? 0);
      const uninstalled = await uninstallOrq({
        host: THIS_HOST,
        scope,
        socket: socket(),
        stateDir: state,
        keepUndelivered: async () => (existsSync(join(state, 'orq.db')) ? keepUndelivered(connect()) : null),
        purge,
      });
      answer(uninstalled, () => sentences(uninstalled, state));
    });
  return addExamples(command, ['orqctl uninstall', 'orqctl uninstall --purge']);
}

/** An export, which `orqctl import` takes. */
async function keepUndelivered(client: Pick<Client, 'counts' | 'exportPage'>): Promise<string | null> {
  const { ready, scheduled, blocked, leased } = await client.counts({});
  if (ready + scheduled + blocked + leased === 0) return null;
  const nowMs = Date.now();
  const file = resolve(`orq-undelivered-${nowMs}.json`);
  await writeWhole(file, exportDocument(exportPages(client, { undelivered: true }), nowMs));
  return file;
}

function sentences({ hooks, undelivered, units, purged }: Uninstalled, state: string): string {
  const lines = [
    ...hooks.map((file) => `${visible(file)}: without orq's hooks`),
    ...units.map((file) => `${visible(file)}: removed`),
    ...(undelivered === null
      ? []
      : [`${visible(undelivered)}: what was not delivered; orqctl import takes it`]),
    ...purged.map((folder) => `${visible(folder)}: removed`),
    ...(existsSync(state) ? [`${visible(state)}: stays`] : []),
  ];
  return lines.join('\n') || 'nothing of orq here';
}
