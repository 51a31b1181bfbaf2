/** Whom the old system's ids mean: a tmux session and a window, by index, name or role. */
import { isAgentId } from '../protocol/names.ts';

/** One agent of a session's registry file. */
export interface LegacyAgent {
  readonly role: string;
  readonly windowIndex: number | null;
  readonly windowName: string | null;
  readonly exhaustedUntilMs: number | null;
  /** Its folder, where the file names one. */
  readonly worktree?: string | null;
}

export interface LegacySession {
  readonly session: string;
  readonly project: string | null;
  readonly agents: readonly LegacyAgent[];
}

export interface Meant {
  /** Id or address here. */
  readonly agent: string;
  readonly project: string | null;
  /** Known by a registry file: the agent becomes known here too, under its old address. */
  readonly known: {
    readonly id: string;
    readonly project: string | null;
    readonly addresses: string[];
  } | null;
}

/** The agents of the registry that have a folder, as they are called here. */
export function worktreesOf(
  sessions: readonly LegacySession[],
): readonly { readonly folder: string; readonly agent: string; readonly project: string | null }[] {
  return sessions.flatMap(({ session, project, agents }) =>
    agents.flatMap((each) =>
      each.worktree ? [{ folder: each.worktree, agent: nameOf(session, each), project }] : [],
    ),
  );
}

/** The name under which mail of nobody is kept. */
export const NO_AGENT = 'no-agent';

const folded = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Null where the id means nobody. The migration made `p:0` of the agent `p` and left `p` in the queue: both are one. */
export function agentMeant(old: string | null, sessions: readonly LegacySession[]): Meant | null {
  const id = old?.trim() ?? '';
  const colon = id.lastIndexOf(':');
  const session = colon < 0 ? id : id.slice(0, colon).trim();
  const window = (colon < 0 ? '' : id.slice(colon + 1).trim()) || '0';
  if (session === '') return null;
  const registered = sessions.find((each) => each.session === session);
  const entry = registered?.agents.find((agent) => isIn(agent, window));
  const project = registered?.project ?? null;
  const agent = entry ? nameOf(session, entry) : `${session}:${window}`;
  if (!isAgentId(agent)) return null;
  if (!entry) return { agent, project, known: null };
  const addresses = entry.windowIndex === null ? [] : [`${session}:${entry.windowIndex}`];
  return {
    agent,
    project,
    known: { id: agent, project, addresses: addresses.filter((each) => each !== agent) },
  };
}

export function roleMeant(
  session: string,
  role: string,
  window: string | null,
  sessions: readonly LegacySession[],
): Meant | null {
  const registered = sessions.find((each) => each.session === session);
  const entry = registered?.agents.find((agent) => folded(agent.role) === folded(role));
  return agentMeant(`${session}:${entry?.windowIndex ?? window ?? role}`, sessions);
}

function isIn({ role, windowIndex, windowName }: LegacyAgent, window: string): boolean {
  if (/^\d+$/.test(window)) return windowIndex === Number(window);
  return [windowName, role].some((name) => name !== null && folded(name) === folded(window));
}

/** As orq names the agent of a window that somebody named. */
function nameOf(session: string, { windowName, windowIndex, role }: LegacyAgent): string {
  return `${session}:${windowName ?? windowIndex ?? role}`;
}

/** The tmux session in an id or address. */
export function legacySessionOf(id: string): string {
  const colon = id.lastIndexOf(':');
  return colon < 0 ? id : id.slice(0, colon);
}
