/** The old registry's files: a session, its project and its agents. */
import type { LegacyAgent, LegacySession } from './legacy-agent.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

/** Null where it is no such file. Its times are local ones of the machine that wrote it. */
export function readSessionState(parsed: unknown): LegacySession | null {
  if (!isFields(parsed)) return null;
  const session = text(parsed['session_name']);
  if (session === null) return null;
  const agents = isFields(parsed['agents']) ? parsed['agents'] : {};
  return {
    session,
    project: text(parsed['project_name']),
    agents: Object.entries(agents).flatMap(([role, agent]) =>
      isFields(agent) ? [agentOf(role, agent)] : [],
    ),
  };
}

function agentOf(role: string, agent: Fields): LegacyAgent {
  const index = agent['window_index'];
  const reset = text(agent['credit_reset_time']);
  const resetMs =
    agent['is_exhausted'] === true && reset !== null ? Date.parse(reset.replace(' ', 'T')) : Number.NaN;
  return {
    role: text(agent['role']) ?? role,
    windowIndex: typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : null,
    windowName: text(agent['window_name']),
    worktree: text(agent['worktree_path']),
    exhaustedUntilMs: Number.isFinite(resetMs) ? resetMs : null,
  };
}
