/** What a briefing is made of that only the daemon knows: files and git, looked at beside the hooks and remembered for them. */
import { isAbsolute } from 'node:path';
import { visible } from '../src/queue/fence.ts';
import type { BriefingMaterial } from '../src/queue/briefing.ts';
import type { Log } from './logger.ts';
import type { RuleFiles } from './rule-files.ts';
import type { Services } from './services.ts';
import { readWorktree, type Worktree } from './worktree.ts';

/** What git said is good for this long, where nothing asks for a newer look; milliseconds. */
const LOOK_AGAIN_MS = 60_000;

/** Uncommitted files that are named. */
const SHOWN_FILES = 20;

/** Folders that are remembered. */
const MOST_FOLDERS = 500;

export interface BriefingSources {
  /** Whether the agent was not looked at lately; says yes once. */
  isDue(agent: string, fresh: boolean): boolean;
  /** Nobody has this id any more. */
  forget(agent: string): void;
  /** Looks at the agent's folder, without anybody waiting. */
  look(agent: string, folder: string): void;
  material(cause: BriefingMaterial['cause'], folder: string | null): BriefingMaterial;
}

type Parts = Pick<Services, 'store' | 'clock' | 'newNonce' | 'orqctl'> & {
  readonly log: Log;
  readonly files: RuleFiles;
  /** `needed`: CLAUDE.md that the client loads again by itself is named only. */
  readonly repeats: 'needed' | 'all';
};

export function openBriefingSources(parts: Parts): BriefingSources {
  const { store, clock, newNonce, orqctl, log, files, repeats } = parts;
  const seen = new Map<string, Worktree | null>();
  const lookedAtMs = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  async function read(agent: string, folder: string): Promise<void> {
    const worktree = await readWorktree(folder);
    seen.delete(folder);
    seen.set(folder, worktree);
    const [oldest] = seen.keys();
    if (seen.size > MOST_FOLDERS && oldest !== undefined) seen.delete(oldest);
    for (const place of placesOf(folder, worktree)) files.keep(place);
    if (worktree) await store.keepActivity(agent, workOf(worktree).whole);
  }

  return {
    isDue: (agent, fresh) => {
      const nowMs = clock.steadyMs();
      if (!fresh && nowMs - (lookedAtMs.get(agent) ?? -Infinity) < LOOK_AGAIN_MS) return false;
      lookedAtMs.set(agent, nowMs);
      return true;
    },
    forget: (agent) => void lookedAtMs.delete(agent),
    look: (agent, folder) => {
      if (!isAbsolute(folder)) return;
      // One git at a time: a fleet that stops at once must not start as many.
      last = last
        .then(() => read(agent, folder))
        .catch((error: unknown) => log.warn({ event: 'work_not_read', folder, err: error }, 'work not read'));
    },
    material: (cause, folder) => {
      const nonce = newNonce();
      if (folder === null) return { cause, orqctl, nonce, template: null, rules: [], work: [] };
      const worktree = seen.get(folder) ?? null;
      const places = placesOf(folder, worktree);
      return {
        cause,
        orqctl,
        nonce,
        template: places.map((place) => files.template(place)).find((text) => text !== null) ?? null,
        rules: places.flatMap((place) => {
          const text = files.rules(place);
          if (text === null) return [];
          const name = `CLAUDE.md of ${visible(JSON.stringify(place))}`;
          if (repeats === 'needed' && isLoadedIn(place, folder)) {
            const named = `${name}: Claude Code loads it again by itself`;
            return [{ whole: named, named }];
          }
          return [
            {
              whole: `[orq ${nonce}] ${name}\n${visible(text).trimEnd()}\n[orq ${nonce}] end of CLAUDE.md`,
              named: `${name}, ${text.length} characters`,
            },
          ];
        }),
        work: worktree ? [workOf(worktree)] : [],
      };
    },
  };
}

/** The folder itself, its work tree, and the project's main one. */
function placesOf(folder: string, worktree: Worktree | null): string[] {
  return [...new Set([folder, ...(worktree ? [worktree.root, worktree.project] : [])])];
}

/** Claude Code reads CLAUDE.md of the folder that it was started in, and of those above it, again after a compaction. */
function isLoadedIn(place: string, folder: string): boolean {
  return folder === place || folder.startsWith(`${place.replace(/\/$/, '')}/`);
}

function workOf({ branch, uncommitted, root }: Worktree): { whole: string; named: string } {
  const quoted = (text: string): string => visible(JSON.stringify(text));
  const named = `${quoted(root)} is ${branch === null ? 'on no branch' : `on branch ${quoted(branch)}`}, with ${uncommitted.length} uncommitted files`;
  const shown = uncommitted.slice(0, SHOWN_FILES).map(quoted).join(', ');
  const more = uncommitted.length > SHOWN_FILES ? ' and more' : '';
  return { named, whole: uncommitted.length === 0 ? named : `${named}: ${shown}${more}` };
}
