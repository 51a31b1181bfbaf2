/** One request that a client sent to the stand-in for the Messages API, read for what the model would have seen. */

export interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly content?: string | readonly ContentBlock[];
}

export interface RequestBody {
  readonly messages: readonly { readonly role: string; readonly content: string | readonly ContentBlock[] }[];
  readonly system?: string | readonly ContentBlock[];
  readonly tools?: readonly unknown[];
  readonly stream?: boolean;
  readonly model?: string;
}

/** All text of one content value in order; a tool call shows as its name and input, a tool result as its text. */
function textsOf(content: string | readonly ContentBlock[] | undefined): string[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => {
    if (block.type === 'tool_use') return [`${block.name ?? ''} ${JSON.stringify(block.input)}`];
    return block.text === undefined ? textsOf(block.content) : [block.text];
  });
}

export class ModelRequest {
  readonly body: RequestBody;
  readonly atMs: number;
  /** Resolves when the client hung up before its answer was complete: the human interrupted, or the client died. */
  readonly aborted: Promise<void>;

  constructor(body: RequestBody, atMs: number, aborted: Promise<void>) {
    this.body = body;
    this.atMs = atMs;
    this.aborted = aborted;
  }

  /** Titles, quota probes and summaries carry no tools; they belong to no conversation. */
  get isSideRequest(): boolean {
    return (this.body.tools ?? []).length === 0;
  }

  get opening(): string {
    const first = this.body.messages.find((message) => message.role === 'user');
    return textsOf(first?.content).join('\n');
  }

  get system(): string {
    return textsOf(this.body.system).join('\n');
  }

  /** Text blocks of all messages in order, the system prompt left out. */
  get texts(): string[] {
    return this.body.messages.flatMap((message) => textsOf(message.content));
  }

  /** What the model had not seen in its last answer: the messages after the last one of the assistant. Hooks speak there in the role `system`. */
  get news(): string {
    const lastAnswer = this.body.messages.findLastIndex((message) => message.role === 'assistant');
    return this.body.messages
      .slice(lastAnswer + 1)
      .flatMap((message) => textsOf(message.content))
      .join('\n');
  }

  holds(text: string): boolean {
    return this.texts.some((block) => block.includes(text));
  }

  count(text: string): number {
    return this.texts.join('\n').split(text).length - 1;
  }
}
