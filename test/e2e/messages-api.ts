/** A stand-in for the Messages API on the loopback: answers by script, and keeps every request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { Conversation } from './conversation.ts';
import { ModelRequest, type RequestBody } from './model-request.ts';
import { answerStep, type Step } from './scripted-answer.ts';

export class MessagesApi implements AsyncDisposable {
  /** Whatever no marker claims: the agent itself. */
  readonly main = new Conversation('main');
  /** Every request that carried tools, in order of arrival. */
  readonly requests: { readonly conversation: string; readonly request: ModelRequest }[] = [];
  readonly sideRequests: ModelRequest[] = [];
  /** What side requests are answered with. */
  sideAnswer: Step = { text: 'ok' };
  /** Method and path of each call that is not a message, so that a new client's habits show. */
  readonly otherCalls: string[] = [];
  readonly #marked: { readonly marker: string; readonly conversation: Conversation }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async open(): Promise<MessagesApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MessagesApi(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The conversation whose first user message holds the marker: a subagent, or a client that the agent starts. */
  conversation(marker: string): Conversation {
    const conversation = new Conversation(marker);
    this.#marked.push({ marker, conversation });
    return conversation;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (request.method !== 'POST' || path !== '/v1/messages') {
      this.otherCalls.push(`${request.method ?? ''} ${path}`);
      request.resume();
      const counted = path.endsWith('/count_tokens') ? { input_tokens: 10 } : {};
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(counted));
      return;
    }
    const body = (await json(request)) as RequestBody;
    const aborted = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const asked = new ModelRequest(body, Date.now(), aborted);
    if (asked.isSideRequest) {
      this.sideRequests.push(asked);
      await answerStep(response, this.sideAnswer, body.stream === true);
      return;
    }
    const conversation = this.#conversationOf(asked);
    this.requests.push({ conversation: conversation.name, request: asked });
    const step = conversation.take(asked);
    await answerStep(response, step, body.stream === true);
  }

  #conversationOf(request: ModelRequest): Conversation {
    return this.#marked.find(({ marker }) => request.opening.includes(marker))?.conversation ?? this.main;
  }
}
