/** Rules over the words of a file: where SQL stands, who starts programs, what is exported, what must not be left in. */
import { basename } from 'node:path';
import type { SourceFile } from './source-file.ts';

const SQL =
  /\b(?:SELECT\s+[\w*(]|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|PRAGMA\s+\w|(?:CREATE|DROP|ALTER)\s+(?:TABLE|(?:UNIQUE\s+)?INDEX|VIEW|TRIGGER)\b|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)\b)/;

export function straySql(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path, code }) => !path.startsWith('src/store/') && SQL.test(code))
    .map(({ path }) => `${path}: holds SQL`);
}

/** SQL may be put together from named constants, never from values: those are parameters. */
export function gluedSql(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, code }) =>
    [...code.matchAll(/`(?:\\.|[^`\\])*`/g)]
      .map(([template]) => template)
      .filter((template) => SQL.test(template))
      .flatMap((template) => [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, inside = '']) => inside))
      .filter((inside) => !/^[A-Z][A-Z0-9_]*$/.test(inside))
      .map((inside) => `${path}: glues \${${inside}} into SQL`),
  );
}

/** Who may start a program, and which. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'daemon/notify.ts': 'systemd-notify',
  'daemon/tmux/tmux.ts': 'tmux',
  'daemon/tmux/control-client.ts': 'tmux',
  'daemon/worktree.ts': 'git',
  'daemon/restarts/tmux-unit.ts': 'systemd-run',
  'client/hooks/git-exclude.ts': 'git',
  'client/restore.ts': 'process.execPath',
  'client/doctor/probe.ts': 'command',
  'client/doctor/programs.ts': 'process.execPath',
  'client/logs/journal.ts': 'journalctl',
  'client/cutover/left-overs.ts': 'crontab',
  'client/service/account.ts': 'getent',
  'client/service/systemctl.ts': 'systemctl',
  'client/service/systemd-version.ts': 'systemctl',
  'daemon/storage-process.ts': 'process.execPath',
  'daemon/alerts/command.ts': 'program',
};

const START = /\b(?:spawn|spawnSync|execFile|execFileSync|fork)\(\s*([^,)\s]+)/g;
const SHELL =
  /\bexec(?:Sync)?\(\s*['"`]|(?<![.\w])exec(?:Sync)?\(|\bshell:\s*true|['"](?:ba)?sh['"],\s*\[?\s*['"]-\w*c/g;

export function strayPrograms(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ imports }) => imports.some(({ target }) => target === 'node:child_process'))
    .flatMap(({ path, code }) => {
      const started = [...code.matchAll(START)].map(([, word = '']) => word);
      const wrong = started.filter((word) => word !== `'${PROGRAMS[path] ?? ''}'` && word !== PROGRAMS[path]);
      const none = started.length === 0 ? ['something that this test cannot see'] : [];
      return [...wrong, ...none].map((word) => `${path}: starts ${word}`);
    });
}

export function shells(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ imports }) => imports.some(({ target }) => target === 'node:child_process'))
    .flatMap(({ path, code }) =>
      [...code.matchAll(SHELL)].map(([words]) => `${path}: runs a shell: ${words}`),
    );
}

const TMUX_COMMAND =
  /\b(?:send-keys|paste-buffer|load-buffer|set-buffer|delete-buffer|if-shell|run-shell|display-message|set-option|respawn-pane|new-window|new-session|copy-mode|resize-window|source-file)\b/;

/** tmux reads a command in one string like a shell does: words go to it one by one, and a string that it has to read holds nothing of ours. */
export function gluedCommands(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, code }) => {
    const templates = [...code.matchAll(/`(?:\\.|[^`\\])*`/g)].map(([template]) => template);
    const glued = templates.filter((template) => template.includes('${') && TMUX_COMMAND.test(template));
    const added = [...code.matchAll(/'[^'\n]*'\s*\+|\+\s*'[^'\n]*'/g)]
      .map(([words]) => words)
      .filter((words) => TMUX_COMMAND.test(words));
    return [...glued, ...added].map((words) => `${path}: glues the tmux command ${words}`);
  });
}

/** Everybody imports by name, from the file that has the thing; one file exports what others made. */
export function strayExports(files: readonly SourceFile[], barrel: string): readonly string[] {
  return files.flatMap(({ path, code }) => [
    ...(/^export default\b|\bas default\b/m.test(code) ? [`${path}: has a default export`] : []),
    ...(/^export\s[^;=]*?\sfrom\s+'/m.test(code) && path !== barrel ? [`${path}: is a barrel`] : []),
  ]);
}

const DRAWERS = /(?:^|-)(?:utils?|helpers?|common|lib|shared|types?|constants?|misc|managers?)$/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** File and folder names that say nothing, or say it in another case. */
export function poorNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const stem = basename(path).replace(/(?:\.test)?\.\w+$/, '');
    const words = [...path.split('/').slice(0, -1), stem];
    return [
      ...words.filter((word) => DRAWERS.test(word)).map((word) => `${path}: ${word} is a drawer`),
      ...(KEBAB.test(stem) ? [] : [`${path}: is not in kebab-case`]),
    ];
  });
}

/** Spelt so that this file, which is looked at as well, holds none of them. */
const UNFINISHED = /\b(?:T[O]DO|F[I]XME|X{3}|H[A]CK)\b/;
const MACHINE = /(?<![\w.])[/](?:root|work|Users|home[/](?!a[/]|me[/]|you[/]|USER)\w+)[/]/;

export function leftIn(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        [UNFINISHED.exec(line)?.[0], MACHINE.exec(line)?.[0]]
          .filter((found) => found !== undefined)
          .map((found) => `${path}:${index + 1}: says ${found}`),
      ),
  );
}
