/** Steps of a scripted conversation, and how each looks on the wire of the Messages API. */
import type { ServerResponse } from 'node:http';
import type { Gate } from './gate.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Held {
  /** The request was read, no byte is answered before the gate opens. */
  readonly beforeFirstToken?: Gate;
  /** The first word is on its way, the rest follows when the gate opens. */
  readonly afterFirstToken?: Gate;
}

export type Step = Held &
  (
    | { readonly text: string; readonly tools?: readonly ToolCall[] }
    | { readonly errorStatus: number; readonly errorMessage?: string }
  );

/** One Bash call; several in one answer run in parallel where the client holds them to be harmless. */
export function bash(command: string): ToolCall {
  return { name: 'Bash', input: { command, description: 'scripted' } };
}

interface Block {
  readonly opened: object;
  readonly deltas: readonly object[];
  readonly whole: object;
}

let callCount = 0;

function blocksOf(text: string, tools: readonly ToolCall[]): Block[] {
  const words = text.split(/(?<= )/);
  const spoken: Block[] =
    words.join('') === ''
      ? []
      : [
          {
            opened: { type: 'text', text: '' },
            deltas: words.map((word) => ({ type: 'text_delta', text: word })),
            whole: { type: 'text', text },
          },
        ];
  const called = tools.map(({ name, input }): Block => {
    callCount += 1;
    const call = { type: 'tool_use', id: `toolu_${process.pid}_${callCount}`, name };
    return {
      opened: { ...call, input: {} },
      deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }],
      whole: { ...call, input },
    };
  });
  return [...spoken, ...called];
}

const USAGE = {
  input_tokens: 10,
  output_tokens: 5,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

function message(content: readonly object[], stopReason: string | null): object {
  callCount += 1;
  return {
    id: `msg_${process.pid}_${callCount}`,
    type: 'message',
    role: 'assistant',
    model: 'scripted',
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: USAGE,
  };
}

function* streamEvents(blocks: readonly Block[], stopReason: string): Generator<{ type: string }> {
  yield { type: 'message_start', message: message([], null) } as { type: string };
  for (const [index, block] of blocks.entries()) {
    yield { type: 'content_block_start', index, content_block: block.opened } as { type: string };
    for (const delta of block.deltas) yield { type: 'content_block_delta', index, delta } as { type: string };
    yield { type: 'content_block_stop', index } as { type: string };
  }
  yield { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: USAGE } as {
    type: string;
  };
  yield { type: 'message_stop' };
}

/** Writes the answer of one step; a client that hung up meanwhile gets the rest written into nothing. */
export async function answerStep(response: ServerResponse, step: Step, stream: boolean): Promise<void> {
  await step.beforeFirstToken?.pass();
  if ('errorStatus' in step) {
    const { errorStatus, errorMessage } = step;
    const type = errorStatus === 400 ? 'invalid_request_error' : 'api_error';
    const error = { type: 'error', error: { type, message: errorMessage ?? `scripted ${errorStatus}` } };
    response.writeHead(step.errorStatus, { 'content-type': 'application/json' }).end(JSON.stringify(error));
    return;
  }
  const blocks = blocksOf(step.text, step.tools ?? []);
  const stopReason = (step.tools ?? []).length > 0 ? 'tool_use' : 'end_turn';
  if (!stream) {
    await step.afterFirstToken?.pass();
    const whole = blocks.map((block) => block.whole);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(message(whole, stopReason)));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  let deltas = 0;
  for (const event of streamEvents(blocks, stopReason)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (event.type === 'content_block_delta' && ++deltas === 1) await step.afterFirstToken?.pass();
  }
  response.end();
}
