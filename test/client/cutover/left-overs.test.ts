import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { oldCronLines, oldGitHooks } from '../../../client/cutover/left-overs.ts';
import { testFolder } from '../../support/folder.ts';

describe('what the old system leaves behind', () => {
  it('in git hooks is named once for all worktrees of a repository; hooks of others are not', async () => {
    using folder = testFolder();
    const [repository, linked, plain] = [folder.at('r'), folder.at('linked'), folder.at('plain')];
    for (const path of [repository, plain]) mkdirSync(path);
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.org', ...words], {
        cwd: repository,
      });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    git('worktree', 'add', '-q', linked);
    const hook = `${repository}/.git/hooks/pre-push`;
    writeFileSync(hook, '#!/bin/bash\n# Git Policy Enforcement: no force push\n');
    writeFileSync(`${repository}/.git/hooks/post-commit`, '#!/bin/sh\n# mine\n');
    const worktrees = [repository, linked, plain].map((each) => ({ folder: each, fault: null }));
    const gone = { folder: folder.at('gone'), fault: 'is gone' };
    assert.deepEqual(await oldGitHooks([...worktrees, gone], { env: process.env }), [hook]);
  });

  it('in a crontab is found, but not in its comments', () => {
    const line = '*/5 * * * * /old/queue_monitor_cron.sh';
    assert.deepEqual(oldCronLines(`# ${line}\n${line}\n0 0 * * * backup\n`), [line]);
  });
});
