/** What an agent's row says besides what the store knows: whether its session may be believed, whether its pane is there, and what would help. */
import { isCurrentHook, isSupportedClient } from '../../src/protocol/supported-client.ts';
import type { AgentRow, PanePlace } from '../../src/queue/registry.ts';
import type { OpenRestart } from '../../src/queue/restart-store.ts';
import type { TmuxRegistry } from '../tmux/registry.ts';

/** What a session says of itself is not believed for ever; milliseconds. */
const DECAY_MS = 12 * 3_600_000;

export function stateOf({ session }: Pick<AgentRow, 'session'>, nowMs: number): string {
  if (!session) return 'offline';
  return nowMs - session.lastEventMs > DECAY_MS ? 'unknown' : session.state;
}

/** What keeps an agent from its mail besides its state. */
export function conditionsOf(
  row: AgentRow,
  tmux: Pick<TmuxRegistry, 'paneState'>,
  restart: OpenRestart | undefined,
  isHung: boolean,
): string[] {
  const { session } = row;
  const pane = placeOf(row);
  return [
    ...(row.pausedAtMs === null ? [] : ['paused']),
    ...(restart?.outcome === 'held' ? [`held: ${restart.reason ?? restart.cause}`] : []),
    ...(restart && restart.outcome !== 'held' ? ['restarting'] : []),
    ...(session !== null && isHung ? ['hung'] : []),
    ...(session === null && pane && tmux.paneState(pane) === 'gone' ? ['pane gone'] : []),
    ...(session === null ? [] : outdated(session)),
  ];
}

function outdated({ clientVersion, hookVersion }: NonNullable<AgentRow['session']>): string[] {
  if (!isSupportedClient(clientVersion)) return ['hooks outdated'];
  return isCurrentHook(hookVersion) ? [] : [`hooks outdated: orq-hook ${hookVersion ?? ''}`];
}

export function placeOf({ tmuxSocket, tmuxServerStart, pane }: AgentRow): PanePlace | null {
  if (tmuxSocket === null || tmuxServerStart === null || pane === null) return null;
  return { socket: tmuxSocket, serverStart: tmuxServerStart, pane };
}

/** What a person can do about the first of these states and conditions that has a remedy. */
export function remedyFor(words: readonly string[]): { remedy?: string } {
  const remedy = words
    .map((word) => REMEDIES[word.replace(/ \S+$/, '')] ?? REMEDIES[word.split(':', 1)[0] ?? word])
    .find((text) => text !== undefined);
  return remedy === undefined ? {} : { remedy };
}

/** By state, condition, or its words before what it names. */
const REMEDIES: Readonly<Record<string, string>> = {
  'no hooks':
    'any prompt there makes it known, where its folder is trusted and has hooks: see orqctl hooks check, orqctl hooks install',
  'hooks outdated':
    'Claude Code is older than 2.1.197: update it and start it again, or set the agent to push mode',
  'hooks outdated: orq-hook': 'orqctl hooks install replaces the hook client; the agent goes on',
  paused: 'orqctl agent resume',
  hung: 'look at its pane; orqctl agent restart ends its client and starts it again',
  held: 'orqctl restarts says why; orqctl agent resume lets it go',
  'pane gone': 'start it in another pane under the same name, or orqctl agent forget',
};
