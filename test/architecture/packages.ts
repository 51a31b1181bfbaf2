/** Where packages and Node's own modules are loaded: each package has one home, and the library reaches no network, process, timer or clock. */
import type { SourceFile } from './source-file.ts';

/** A file, or a folder with its `/`; two where parts need it that may not load each other. Elsewhere `import type` at most. */
const HOMES: Readonly<Record<string, string | readonly string[]>> = {
  typebox: 'src/protocol/',
  croner: 'src/queue/next-tick.ts',
  'better-sqlite3': 'src/store/sqlite/database.ts',
  'node-cron': 'daemon/maintenance/cron.ts',
  fastify: 'daemon/server.ts',
  chokidar: 'daemon/watch.ts',
  pino: 'daemon/logger.ts',
  'prom-client': 'daemon/metrics/exposition.ts',
  commander: 'client/orqctl/',
  'cli-table3': 'client/orqctl/',
  picocolors: 'client/orqctl/',
  'jsonc-parser': ['client/hooks/json-tree.ts', 'daemon/settings-file.ts'],
};

/** Loaded by nobody: held at the last version that runs on the oldest Node that orq supports. */
const HELD = ['light-my-request'] as const;

export const KNOWN_PACKAGES: readonly string[] = [...Object.keys(HOMES), ...HELD];

function homesOf(target: string): readonly string[] {
  const homes = HOMES[target] ?? [];
  return typeof homes === 'string' ? [homes] : homes;
}

export function strayPackages(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ ours, isValue, target }) => !ours && isValue && !target.startsWith('node:'))
      .filter(({ target }) => !homesOf(target).some((home) => path.startsWith(home)))
      .map(
        ({ target }) =>
          `${path}: loads ${target}, whose home is ${homesOf(target).join(' or ') || 'nowhere'}`,
      ),
  );
}

/** Node's modules that the library does without, as values and as types. */
const OUTSIDE =
  /^node:(net|http|http2|https|tls|dgram|dns|child_process|cluster|worker_threads|timers|process)$/;

export function strayModules(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(
        ({ target }) => OUTSIDE.test(target) || (target === 'node:fs' && !path.startsWith('src/store/')),
      )
      .map(({ target }) => `${path}: loads ${target}`),
  );
}

/** Time, ids and randomness are passed in. */
const AMBIENT =
  /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|set(?:Timeout|Interval|Immediate)|queueMicrotask|Math\.random|random(?:UUID|Bytes|Int)|getRandomValues|fetch\()/g;

export function ambientFacts(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, code }) =>
    [...code.matchAll(AMBIENT)].map(([word]) => `${path}: uses ${word}`),
  );
}

/** Packages that these files load as values, directly or through files of ours, each with one path that leads there. */
export function packagesReached(
  starts: readonly SourceFile[],
  all: readonly SourceFile[],
): ReadonlyMap<string, string> {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const reached = new Map<string, string>();
  const seen = new Set<string>();
  const open = starts.map(({ path }) => path);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { ours, isValue, target } of byPath.get(path)?.imports ?? []) {
      if (!isValue) continue;
      if (ours) open.push(target);
      else reached.set(target, path);
    }
  }
  return reached;
}
