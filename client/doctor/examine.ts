/** What `orqctl doctor` looks at, in the order of its report. */
import { dirname, resolve } from 'node:path';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import type { Client } from '../client.ts';
import { checkHooks } from '../hooks/check.ts';
import { hookClientPath, THIS_HOST, type Host } from '../hooks/host.ts';
import type { HookTarget } from '../hooks/targets.ts';
import type { Installation } from '../service/scope.ts';
import { agentCheck } from './agent-hooks.ts';
import { mailCheck, restartCheck, versionCheck, waiterCheck } from './agents.ts';
import { well, wrong, type Check } from './check.ts';
import {
  clockCheck,
  daemonCheck,
  diskCheck,
  modeCheck,
  spoolCheck,
  tmuxCheck,
  writerCheck,
} from './daemon.ts';
import { probe } from './probe.ts';
import { databaseCheck, settingsCheck } from './programs.ts';
import { serviceCheck } from './service.ts';
import { trustCheck } from './trust.ts';

export interface Patient {
  readonly client: Client;
  readonly targets: readonly HookTarget[];
  readonly installation: Installation;
  readonly host?: Host;
}

/** What stands in place of the checks of the daemon where none answers. */
export const NO_DAEMON = 'daemon reached';

/** All checks; those of the daemon stop at the first where none answers. */
export async function examine({
  client,
  targets,
  installation,
  host = THIS_HOST,
}: Patient): Promise<Check[]> {
  const around = [
    await serviceCheck(installation),
    ...(await Promise.all(targets.map((target) => hookCheck(target, client.socket, host)))),
    ...(await Promise.all(
      targets.flatMap((target) =>
        target.kind === 'folder' ? [trustCheck(resolve(target.folder), host)] : [],
      ),
    )),
  ];
  let status: ReplyOf<'status'>;
  try {
    status = await client.status({});
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [wrong(NO_DAEMON, found, 'start it with orq-daemon, or name its socket with --socket'), ...around];
  }
  const { agents } = await client.agents({});
  const [writer, database, settings, disk, mail, restarts, probed] = await Promise.all([
    writerCheck(client, status),
    databaseCheck(client, status),
    settingsCheck(status),
    diskCheck(status),
    mailCheck(client, agents),
    restartCheck(client, agents),
    probeCheck(client, host),
  ]);
  const modes = await Promise.all([
    modeCheck('socket', status.socket),
    modeCheck('socket folder', dirname(status.socket)),
    modeCheck('state directory', status.stateDir),
  ]);
  const hooked = await Promise.all(agents.map((agent) => agentCheck(agent, host)));
  return [
    daemonCheck(status),
    writer,
    database,
    settings,
    disk,
    ...modes,
    clockCheck(status),
    spoolCheck(status),
    tmuxCheck(status, agents),
    versionCheck(agents),
    mail,
    waiterCheck(agents),
    restarts,
    probed,
    ...hooked.flat(),
    ...around,
  ];
}

/** Proves the path of a hook up to the daemon, not that Claude Code calls it. */
async function probeCheck({ socket }: Client, host: Host): Promise<Check> {
  const command = hookClientPath(host);
  const { exit, heard, ms } = await probe({ command, socket, agent: null });
  if (exit === null)
    return wrong('probe', `${command}: cannot be run`, 'run orqctl hooks install, which places it');
  if (exit !== 0) return wrong('probe', `${command}: exit ${exit}`, 'run orqctl hooks install');
  if (heard)
    return well('probe', `a probe went through the hook client to the daemon in ${Math.ceil(ms)} ms`);
  return wrong(
    'probe',
    `${command}: the daemon heard nothing of it`,
    'see whether both name one socket and one version',
  );
}

/** What an agent lacks without the handlers of an event. */
const MEANS: Readonly<Record<string, string>> = {
  SessionStart: 'its context is lost at a compaction and at a restart, and nothing rings it after its start',
  UserPromptSubmit: 'no message comes with a prompt or a ring',
  PostToolBatch: 'no message comes, and none is proven seen, while it works',
  Stop: 'no message comes at the end of a turn, and nothing rings it while it is idle',
  PreCompact: 'compactions are not counted',
  PostCompact: 'the summary of a compaction is not kept for the next briefing',
  StopFailure: 'API errors neither hold nor restart it',
  SessionEnd: 'a clean exit is taken for a crash',
};

async function hookCheck(target: HookTarget, socket: string, host: Host): Promise<Check> {
  const { file, findings, ours } = await checkHooks(target, { socket }, host);
  const name = `hooks in ${file}`;
  if (findings.length === 0) return well(name, 'in place, once, with an executable client');
  const lost = ours.installed ? ours.missing.flatMap((event) => MEANS[event] ?? []) : [];
  return wrong(
    name,
    [...findings.map(({ message }) => message), ...lost].join('; '),
    [...new Set(findings.map(({ remedy }) => remedy))].join('; '),
  );
}
