/** `orqctl why` in sentences. */
import type { ReplyOf, Waiting } from '../../src/protocol/schemas.ts';
import { waitingCode } from '../../src/protocol/waiting.ts';
import { STATE_MEANING } from './state-words.ts';
import type { Terminal } from './terminal.ts';
import { fromNow } from './times.ts';
import { visible } from './visible.ts';
import { WHY_WORDS } from './why-words.ts';

type Told = ReplyOf<'why'>;
type Waits = Told['waits'][number];

interface Manner {
  readonly asked: 'message' | 'agent';
  readonly colors: Terminal['colors'];
  readonly nowMs: number;
}

export function whyText(told: Told, manner: Manner): string {
  const [message] = told.waits;
  if (manner.asked === 'message' && message) return ofMessage(message, told, manner).join('\n');
  const { agent, waits, more } = told;
  const name = visible(told.address);
  const head = agent ? `agent ${name} is ${visible(agent.state)}` : `no agent ${name} was ever seen`;
  const standing =
    waits.length === 0 && agent?.waiting ? reasonOf(agent.waiting, told, manner, undefined) : [];
  const none = waits.length === 0 ? ['nothing waits for it'] : [];
  return [
    manner.colors.bold(head),
    ...none,
    ...standing,
    ...waits.flatMap((each) => ofMessage(each, told, manner)),
    ...(more ? [`and more: orqctl list --agent ${name}`] : []),
  ].join('\n');
}

function ofMessage(message: Waits, told: Told, manner: Manner): string[] {
  const { id, state, waiting, reason, endedAtMs } = message;
  const head = `message ${id} to ${visible(told.address)}, priority ${message.priority}: ${state}`;
  if (waiting) return [manner.colors.bold(head), ...reasonOf(waiting, told, manner, id)];
  const ended = endedAtMs === null ? '' : `, ${fromNow(endedAtMs, manner.nowMs)}`;
  const because = reason === null ? '' : `: ${visible(reason)}`;
  const again = state === 'dead' ? [`  you can: orqctl dead redrive ${id}`] : [];
  return [
    manner.colors.bold(head),
    `  it waits for nothing: ${STATE_MEANING[state]}${ended}${because}`,
    ...again,
  ];
}

function reasonOf(
  { reason, sinceMs, nextTryMs }: Waiting,
  told: Told,
  { nowMs }: Manner,
  id: number | undefined,
): string[] {
  const code = waitingCode(reason);
  const since = sinceMs > 0 ? `, since ${fromNow(sinceMs, nowMs)}` : '';
  const at = nextTryMs === null ? '' : ` (${nextTryMs <= nowMs ? 'now' : fromNow(nextTryMs, nowMs)})`;
  if (code === undefined) return [`  ${visible(reason)}${since}${at}`];
  const { says, next, remedy } = WHY_WORDS[code];
  const advice = remedy?.(visible(told.address)).replaceAll(
    /\bID\b(?! of)/g,
    id === undefined ? 'ID' : String(id),
  );
  return [
    `  why: ${visible(reason)}${since}: ${says}`,
    `  next: ${next}${at}`,
    ...(advice === undefined ? [] : [`  you can: ${advice}`]),
  ];
}
