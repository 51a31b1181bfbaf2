/** Which part may load which: imports go one way. */
import type { SourceFile } from './source-file.ts';

/** The longest prefix decides which part a file belongs to. */
const MAY_LOAD: Readonly<Record<string, readonly string[]>> = {
  'src/protocol/': ['src/protocol/'],
  'src/queue/': ['src/queue/', 'src/protocol/'],
  'src/agents/': ['src/agents/', 'src/protocol/'],
  'src/pane/': ['src/pane/', 'src/protocol/'],
  'src/takeover/': ['src/takeover/', 'src/protocol/'],
  'src/store/legacy/': [
    'src/store/legacy/',
    'src/store/sqlite/database.ts',
    'src/takeover/',
    'src/protocol/',
  ],
  'src/store/sqlite/': ['src/store/sqlite/', 'src/protocol/', 'src/queue/', 'src/agents/'],
  'daemon/': ['daemon/', 'src/protocol/', 'src/queue/', 'src/agents/', 'src/pane/'],
  'daemon/run.ts': ['daemon/', 'src/', 'client/orqctl-command.ts'],
  'daemon/open-store.ts': ['daemon/', 'src/'],
  'daemon/storage-main.ts': ['src/store/sqlite/', 'src/protocol/'],
  'daemon/restore-main.ts': ['src/store/sqlite/', 'src/protocol/'],
  'client/': ['client/', 'src/protocol/'],
  'client/hook/': [],
  'client/reference/daemon-words.ts': ['client/reference/', 'daemon/config.ts', 'daemon/setting.ts'],
  'client/takeover/': ['client/', 'src/protocol/', 'src/takeover/', 'src/store/legacy/'],
};

/** Not even where the table above would let them. */
const MAY_NOT_LOAD: Readonly<Record<string, readonly string[]>> = {
  'daemon/hooks/': ['daemon/routes/'],
  'daemon/routes/': ['daemon/hooks/'],
};

function partOf(path: string, table: Readonly<Record<string, readonly string[]>>): string | undefined {
  return Object.keys(table)
    .filter((prefix) => path.startsWith(prefix))
    .toSorted((a, b) => b.length - a.length)[0];
}

const within = (target: string, prefixes: readonly string[]) =>
  prefixes.some((prefix) => target.startsWith(prefix));

/** Imports against the direction, types among them: a type from above is knowledge of what is above. */
export function wrongDirections(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) => {
    const part = partOf(path, MAY_LOAD);
    if (part === undefined) return [`${path}: belongs to no part that the table of layers knows`];
    const never = MAY_NOT_LOAD[partOf(path, MAY_NOT_LOAD) ?? ''] ?? [];
    return imports
      .filter(({ ours }) => ours)
      .filter(({ target }) => !within(target, MAY_LOAD[part] ?? []) || within(target, never))
      .map(({ target }) => `${path}: loads ${target}`);
  });
}

/** Executables: they read arguments, call one function and set the exit code, so there is nothing in them to load. */
export const ENTRIES = [
  'daemon/main.ts',
  'daemon/storage-main.ts',
  'daemon/alert-main.ts',
  'daemon/restore-main.ts',
  'client/orqctl/main.ts',
  'client/reference/main.ts',
  'client/hook/orq-hook.ts',
] as const;

export function loadedEntries(files: readonly SourceFile[]): readonly string[] {
  const entries: readonly string[] = ENTRIES;
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => entries.includes(target))
      .map(({ target }) => `${path}: loads the entry ${target}`),
  );
}
