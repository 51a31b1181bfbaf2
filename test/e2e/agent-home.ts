/** A home and a worktree for a real client that meets no dialog, no network but the loopback, and nothing of the user's. */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './terminal.ts';

const API_KEY = 'sk-ant-api03-loopback-loopback-loopback';

export interface AgentHome {
  readonly home: string;
  readonly worktree: string;
  readonly temporary: string;
  /** The whole environment of a client; nothing of the test's own process passes but what runs programs. */
  readonly environment: Environment;
}

/** Answers to what a first start asks. */
function answeredDialogs(worktrees: readonly string[]): object {
  const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  return {
    hasCompletedOnboarding: true,
    theme: 'dark',
    bypassPermissionsModeAccepted: true,
    officialMarketplaceAutoInstallAttempted: true,
    customApiKeyResponses: { approved: [API_KEY.slice(-20)], rejected: [] },
    projects: Object.fromEntries(worktrees.map((worktree) => [worktree, trusted])),
  };
}

function inherited(...names: readonly string[]): Environment {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** `claude` of the given executable stands first in PATH, so that the agent's own shell starts the same version. */
export async function makeAgentHome(folder: string, executable: string, apiUrl: string): Promise<AgentHome> {
  const home = join(folder, 'home');
  const worktree = join(folder, 'worktree');
  const temporary = join(folder, 'tmp');
  const runtime = join(folder, 'run');
  const bin = join(home, '.local/bin');
  for (const path of [home, worktree, temporary, runtime, bin])
    await mkdir(path, { recursive: true, mode: 0o700 });
  await symlink(executable, join(bin, 'claude'));
  await writeFile(join(home, '.claude.json'), JSON.stringify(answeredDialogs([worktree])));
  const environment: Environment = {
    ...inherited('USER', 'LOGNAME', 'SHELL', 'ORQ_TEST_RUN', 'ORQ_TEST_CACHE'),
    PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'screen-256color',
    XDG_RUNTIME_DIR: runtime,
    TMPDIR: temporary,
    CLAUDE_CODE_TMPDIR: temporary,
    IS_SANDBOX: '1',
    ANTHROPIC_BASE_URL: apiUrl,
    ANTHROPIC_API_KEY: API_KEY,
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_INSTALLATION_CHECKS: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
  };
  await promisify(execFile)('git', ['init', '--quiet', worktree], { env: environment });
  return { home, worktree, temporary, environment };
}
