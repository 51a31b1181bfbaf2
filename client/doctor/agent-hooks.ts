/** Each agent through its own hooks: the settings that its process reads, the client and socket that they name, and for whom the daemon takes it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Agent } from '../../src/protocol/schemas.ts';
import { settingsLevels } from '../hooks/disabled-hooks.ts';
import { compareEntries } from '../hooks/entry-state.ts';
import { hookClientPath, type Host } from '../hooks/host.ts';
import { readIfThere } from '../hooks/replace-file.ts';
import { parseSettings } from '../hooks/settings-text.ts';
import { probe, type HookWords } from './probe.ts';
import { trustOf } from './trust.ts';
import { well, wrong, type Check } from './check.ts';

/** A process as its hooks see it. */
interface Place {
  readonly folder: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const INHERITED = ['TMUX', 'TMUX_PANE', 'ORQ_AGENT', 'HOME', 'CLAUDE_CONFIG_DIR'] as const;

/** Nothing where the agent has no process of this user's, or needs no hooks. */
export async function agentCheck(agent: Agent, host: Host): Promise<Check[]> {
  const { id, pid, mode, state } = agent;
  const place = pid === null || mode === 'push' ? undefined : placeOf(pid);
  if (!place) return [];
  const theirs = { ...host, env: { ...host.env, ...place.env } };
  const name = `hooks of ${id}`;
  const installed = await installedIn(place, theirs);
  if (!installed)
    return [
      wrong(
        name,
        `no settings file that it reads has orq's hooks (${place.folder})`,
        `orqctl hooks install ${place.folder}`,
      ),
    ];
  const { exit, heard, ms } = await probe(installed.words, place.env);
  const path = `${installed.words.command}, of ${installed.file}`;
  if (exit === null) return [wrong(name, `${path}: cannot be run`, 'orqctl hooks install for it')];
  if (!heard)
    return [
      wrong(
        name,
        `${path}: the daemon heard nothing of it through ${installed.words.socket}`,
        'orqctl hooks install for it, so that both name one socket and one version',
      ),
    ];
  if (state === 'no hooks') return [await unheard(name, place, theirs)];
  if (heard.agent !== id) return [notItself(name, heard.agent, heard.pane, place)];
  const said = agent.lastEvent === null ? 'no event of it yet' : `its last event was ${agent.lastEvent}`;
  return [well(name, `from its place to the daemon in ${Math.ceil(ms)} ms, taken for ${id}; ${said}`)];
}

async function unheard(name: string, { folder }: Place, host: Host): Promise<Check> {
  if ((await trustOf(folder, host)) === 'untrusted')
    return wrong(
      name,
      `installed, and never called: Claude Code does not trust ${folder}`,
      'accept the trust dialog in its pane',
    );
  return wrong(
    name,
    'installed, and never called: the session began before, or hooks are switched off in it',
    'give it one prompt; where that does not help, start it again',
  );
}

function notItself(name: string, agent: string | null, pane: string, { folder }: Place): Check {
  if (pane === 'undecided')
    return wrong(name, 'its tmux server does not answer, so it speaks for nobody', 'see the check of tmux');
  return wrong(
    name,
    `its hooks would speak for ${agent ?? 'nobody'}`,
    `orqctl hooks install ${folder} --agent NAME, or orqctl agent name`,
  );
}

function placeOf(pid: number): Place | undefined {
  try {
    const variables = new Map(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    );
    const env = INHERITED.flatMap((name) => {
      const value = variables.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      folder: readlinkSync(`/proc/${pid}/cwd`),
      argv: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'),
      env: Object.fromEntries(env),
    };
  } catch {
    return undefined;
  }
}

interface Installed {
  readonly file: string;
  readonly words: HookWords;
}

/** The first file of its session that has orq's hooks. */
async function installedIn({ folder, argv }: Place, host: Host): Promise<Installed | undefined> {
  const given = argv[argv.indexOf('--settings') + 1];
  const named =
    argv.includes('--settings') && given && !given.startsWith('{') ? [resolve(folder, given)] : [];
  for (const file of [...named, ...settingsLevels({ kind: 'folder', folder }, host)]) {
    const words = await wordsIn(file, host);
    if (words) return { file, words };
  }
  return undefined;
}

async function wordsIn(file: string, host: Host): Promise<HookWords | undefined> {
  try {
    const bytes = await readIfThere(file);
    if (!bytes) return undefined;
    const { command, socket, agent } = compareEntries(
      parseSettings(bytes, file).root,
      hookClientPath(host),
      {},
    );
    return command !== null && socket !== null ? { command, socket, agent } : undefined;
  } catch {
    return undefined;
  }
}
