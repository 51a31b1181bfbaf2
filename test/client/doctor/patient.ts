/** A machine for the doctor: a daemon, a tmux server with processes that pass for Claude Code, and a home of its own. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createClient, type Client } from '../../../client/index.ts';
import type { Check } from '../../../client/doctor/check.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from '../../daemon/hooks/hook-caller.ts';
import { startTmux, type PrivateTmux } from '../../daemon/tmux/private-tmux.ts';
import { orqctl, type Ran } from '../orqctl/run-orqctl.ts';

export interface Claude {
  readonly pid: number;
  readonly pane: string;
  /** The hooks of its session. */
  readonly hooks: HookCaller;
}

export interface Patient extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly daemon: RunningDaemon;
  readonly client: Client;
  readonly tmux: PrivateTmux;
  /** A worktree that Claude Code trusts. */
  readonly site: string;
  orqctl(...words: string[]): Promise<Ran>;
  /** Starts a client in a window; `version`: of which its executable tells. */
  claude(window: string, version?: string): Promise<Claude>;
  trust(isTrusted: boolean): void;
  /** What the doctor finds wrong, by the name of the check without what stands behind ` in `. */
  findings(): Promise<Map<string, Check>>;
}

export async function openPatient(): Promise<Patient> {
  const folder = testFolder();
  const site = folder.at('site');
  mkdirSync(site);
  const tmux = startTmux(folder.path);
  const daemon = await startDaemon({
    folder: folder.path,
    env: { ORQ_TMUX_SOCKETS: tmux.socket, ORQ_TMUX_SWEEP_MS: '100', ORQ_SWEEP_MS: '100' },
  });
  const client = createClient({ socket: daemon.socket });
  const env = { HOME: folder.path, XDG_DATA_HOME: folder.at('data'), CLAUDE_CONFIG_DIR: '' };
  const run = (...words: string[]) => orqctl(words, { socket: daemon.socket, env });
  const trust = (isTrusted: boolean): void =>
    writeFileSync(
      folder.at('.claude.json'),
      JSON.stringify({ projects: { [site]: { hasTrustDialogAccepted: isTrusted } } }),
    );
  trust(true);
  return {
    folder,
    daemon,
    client,
    tmux,
    site,
    trust,
    orqctl: run,
    claude: async (window, version = 'claude') => {
      const program = folder.at(version);
      if (!existsSync(program)) copyFileSync('/bin/sleep', program);
      chmodSync(program, 0o755);
      const words = ['new-window', '-d', '-P', '-F', '#{pane_id} #{pane_pid}', '-n', window, '-c', site];
      const line = `export HOME='${folder.path}'; unset CLAUDE_CONFIG_DIR; exec -a claude '${program}' 600`;
      const said = tmux.run(...words, 'bash', '-c', line);
      const [pane = '', pid = ''] = said.split(' ');
      const hooks = openHookCaller(daemon.socket, {
        session: window,
        pid: Number(pid),
        headers: tmux.headers(pane),
      });
      await until(async () => {
        const { agents } = await client.agents({});
        return agents.find((agent) => agent.pane === pane);
      });
      return { pid: Number(pid), pane, hooks };
    },
    findings: async () => {
      const { stdout } = await run('doctor', site, '--json');
      const { checks } = JSON.parse(stdout) as { checks: Check[] };
      return new Map(
        checks.flatMap((check) => (check.ok ? [] : [[check.name.replace(/ in .*/, ''), check] as const])),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      tmux.kill();
      folder[Symbol.dispose]();
    },
  };
}
