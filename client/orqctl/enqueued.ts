/** Sends one message and says what is known of it: the one way of `send` and `reply`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ERRORS, OrqError } from '../../src/protocol/errors.ts';
import type { ReceiptKind } from '../../src/protocol/message.ts';
import type { Enqueued } from '../../src/protocol/schemas.ts';
import type { NewMessage } from '../../src/protocol/new-message.ts';
import { strongestReceipt, waitForReceipt } from '../wait-for-receipt.ts';
import { isDown, spool } from '../spool.ts';
import { senderOf } from '../sender.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** How long a command waits for a receipt where nobody says; milliseconds. */
const DEFAULT_WAIT_MS = 300_000;

/** Between two looks for a daemon; milliseconds. */
const RETRY_MS = 200;

export interface Wait {
  readonly kind: Exclude<ReceiptKind, 'queued'>;
  readonly timeoutMs: number | undefined;
}

/** `message.from` is the sender's flag; without one the environment tells. With `wait` the answer comes when the receipt does. */
export async function enqueueAndAnswer(
  { connect, answer, report, warn, env, spoolFolder: spoolPlace }: Terminal,
  message: NewMessage,
  wait?: Wait,
): Promise<void> {
  const waited = wait && AbortSignal.timeout(wait.timeoutMs ?? DEFAULT_WAIT_MS);
  const { from, headers } = senderOf(message.from, env);
  const keyed = { idempotencyKey: randomUUID(), ...message, ...(from !== undefined && { from }) };
  let enqueued: Enqueued;
  try {
    enqueued = await connect().enqueue(keyed, { headers });
  } catch (error) {
    const folder = isDown(error) && !message.mustExist ? spoolPlace() : undefined;
    if (folder === undefined) throw error;
    await spool(folder, keyed, headers);
    const { agent, replyTo } = message;
    const meant = agent === undefined ? `as a reply to message ${replyTo}` : `for ${visible(agent)}`;
    const spooled = `spooled ${meant}: no daemon runs, the next one takes it in`;
    const whom = agent === undefined ? { replyTo } : { agent };
    if (!wait || !waited) return answer({ ...whom, state: 'spooled' }, () => spooled);
    report(spooled);
    const stored = await enqueueWhenUp(() => connect().enqueue(keyed, { headers, signal: waited }), waited);
    if (!stored) {
      answer({ ...whom, state: 'spooled' }, () => `not ${wait.kind} yet`);
      throw new OrqError(
        'receipt_missing',
        `message ${meant}: not ${wait.kind} in time, no daemon has taken it in yet`,
        { details: { ...whom, state: 'spooled' } },
      );
    }
    enqueued = stored;
  }
  if (!enqueued.agentKnown) warn(unknownAgent(enqueued));
  if (!wait || !waited) return answer(enqueued, () => sentence(enqueued));
  report(sentence(enqueued));
  const { id } = enqueued;
  try {
    const shown = await waitForReceipt(connect(), id, wait.kind, waited);
    const { state } = shown;
    const receipt = strongestReceipt(shown);
    answer({ ...enqueued, state, receipt }, () => `${id} is ${receipt} (state ${state})`);
  } catch (error) {
    // The message is stored whatever came of the waiting: a program needs its id, and what is known of it.
    const known = error instanceof OrqError ? error.details : undefined;
    const { state = enqueued.state, receipt = 'queued' } = known ?? {};
    answer({ ...enqueued, state, receipt }, () => `${id} is not ${wait.kind}`);
    throw error;
  }
}

/**
 * The same message under the same key: once a daemon runs it has taken the spooled one in, and answers with its id. Whatever may pass is tried again,
 * because the message is in the spool already; undefined where `signal` aborts before an answer.
 */
async function enqueueWhenUp(
  enqueue: () => Promise<Enqueued>,
  signal: AbortSignal,
): Promise<Enqueued | undefined> {
  while (!signal.aborted) {
    await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    try {
      return await enqueue();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof OrqError) || !ERRORS[error.code].retry) throw error;
    }
  }
  return undefined;
}

function sentence({ id, agent, state, created, messages }: Enqueued): string {
  if (messages) {
    const ids = messages.map((message) => message.id).join(', ');
    const count = `${messages.length} agent${messages.length === 1 ? '' : 's'} of ${visible(agent)}`;
    return `${ids} ${created ? 'queued for' : 'were already queued under this key for'} ${count}`;
  }
  const fact = created
    ? `queued for ${visible(agent)}`
    : `was already queued for ${visible(agent)} under this key`;
  return `${id} ${fact} (state ${state}); look: orqctl show ${id}`;
}

function unknownAgent({ agent, nearest }: Enqueued): string {
  const hint = nearest === undefined ? '' : `nearest: "${nearest}"; `;
  return `no agent "${agent}" is known yet; ${hint}the message waits under that name`;
}
