/** What the old system leaves behind besides its monitor: units and cron lines that type on, and git hooks that call its checkout. Named, not touched. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { planExclude } from '../hooks/git-exclude.ts';
import type { Host } from '../hooks/host.ts';
import type { Worktree } from '../rollout/worktrees.ts';
import { ask } from '../service/systemctl.ts';

const UNITS = ['tmux-orchestrator-*', 'tmux-queue-error-monitor*', 'claude-credit-monitor*'] as const;
const CRON_LINE = /\b(?:queue_monitor_cron|project_health_cron)\.sh\b/;
const GIT_HOOKS = ['pre-push', 'post-commit', 'pre-merge-commit'] as const;
const GIT_HOOK_MARK = '# Git Policy Enforcement:';

/** A line each. */
export async function findLeftOvers(worktrees: readonly Worktree[], host: Host): Promise<readonly string[]> {
  const [units, lines, hooks] = await Promise.all([livingUnits(), cronLines(), oldGitHooks(worktrees, host)]);
  return [
    ...units.map((unit) => `${unit} of the old system is active: stop it yourself if it types at agents`),
    ...lines.map((line) => `crontab has "${line}" of the old system: take it out yourself`),
    ...hooks.map((hook) => `${hook} calls the old checkout: git fails there as soon as that is gone`),
  ];
}

async function livingUnits(): Promise<readonly string[]> {
  if (!existsSync('/run/systemd/system')) return [];
  const words = ['list-units', '--plain', '--no-legend', '--state=active', ...UNITS];
  const answers = await Promise.all((['system', 'user'] as const).map((kind) => ask({ kind }, words)));
  return answers.flatMap(({ stdout }) => unitNames(stdout));
}

/** First words of what `systemctl list-units --plain --no-legend` says. */
function unitNames(said: string): readonly string[] {
  return said.split('\n').flatMap((line) => /^\S+\.(?:service|timer)(?= )/.exec(line)?.[0] ?? []);
}

function cronLines(): Promise<readonly string[]> {
  return new Promise((settle) => {
    // Without a crontab, or without cron, it fails and says nothing.
    execFile('crontab', ['-l'], { timeout: 5_000 }, (_, said) => settle(oldCronLines(said)));
  });
}

export function oldCronLines(crontab: string): readonly string[] {
  return crontab.split('\n').filter((line) => !line.trimStart().startsWith('#') && CRON_LINE.test(line));
}

/** Linked worktrees share them: each is named once. */
export async function oldGitHooks(
  worktrees: readonly Pick<Worktree, 'folder' | 'fault'>[],
  { env }: Pick<Host, 'env'>,
): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const { folder, fault } of worktrees) {
    const plan =
      fault === null && (await planExclude(folder, join(folder, '.claude/settings.local.json'), env));
    if (plan) folders.add(join(dirname(dirname(plan.file)), 'hooks'));
  }
  const paths = [...folders].flatMap((folder) => GIT_HOOKS.map((name) => join(folder, name)));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return paths.filter((_, at) => texts[at]?.includes(GIT_HOOK_MARK));
}
