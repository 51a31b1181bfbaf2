/** POST /v1/agents/run: a new agent, started as a restart would start it. */
import { allowedEnvironment } from '../../src/agents/start-command.ts';
import { assertAgentId } from '../../src/protocol/names.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function agentRun(
  { store, clock, log, about, tmux: registry }: Pick<Services, 'store' | 'clock' | 'log' | 'about' | 'tmux'>,
  { agent, argv, folder, environment = {}, tmuxSocket, pane, tmuxSession, window }: RequestOf<'agentRun'>,
): Promise<ReplyOf<'agentRun'>> {
  assertAgentId(agent);
  const known = { marked: null, given: agent, proposed: agent, pane: null, mayCreate: true };
  const { agent: id } = await store.admit(known);
  if (id === null) throw new OrqError('internal', `agent "${agent}": was not made known`);
  const bound = await store.boundTo(id);
  if (bound)
    throw new OrqError('wrong_state', `agent "${id}": lives, session ${bound.sessionId} is bound to it`);
  const session = tmuxSession ?? (pane && (await sessionOf(registry, tmuxSocket, pane))) ?? DEFAULT_SESSION;
  const tmux = { socket: tmuxSocket, session, window: window ?? id };
  const record = { agent: id, argv, folder, environment: allowedEnvironment(environment), sessionId: null };
  await store.recordStart({ ...record, tmux }, null);
  const [started] = await store.startAgents({ agent: id }, about.config.startStaggerMs);
  log.info({ event: 'agents_asked_for', agents: [id] }, 'agents are to be started');
  return { agent: id, dueMs: started?.dueMs ?? clock.nowMs() };
}

/** Where nobody says which: the tmux session that new agents stand in. */
const DEFAULT_SESSION = 'orq';

async function sessionOf(
  registry: Services['tmux'],
  socket: string,
  pane: string,
): Promise<string | undefined> {
  await registry.find(socket, pane);
  const snapshot = registry.snapshots().find((each) => each.socket === socket);
  return snapshot?.panes.get(pane)?.windows[0].sessionName;
}
