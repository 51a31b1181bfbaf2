/** The script of one conversation, and the requests that came for it so far. */
import { EventEmitter, once } from 'node:events';
import type { ModelRequest } from './model-request.ts';
import type { Step } from './scripted-answer.ts';

/** A step, or what the model makes of the request that it read. */
export type Line = Step | ((request: ModelRequest) => Step);

const EXHAUSTED: Step = { text: 'ok' };
const DEADLINE_MS = 20_000;

export class Conversation {
  readonly name: string;
  readonly requests: ModelRequest[] = [];
  readonly #lines: Line[] = [];
  readonly #arrivals = new EventEmitter();
  #awaited = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Appends lines; each request takes one, and a request without one is answered by a plain "ok" that ends the turn. */
  script(...lines: readonly Line[]): void {
    this.#lines.push(...lines);
  }

  /** The next request that no earlier call returned. Throws after 20 s without one. */
  async next(): Promise<ModelRequest> {
    const wanted = this.#awaited++;
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      const request = this.requests[wanted];
      if (request) return request;
      await once(this.#arrivals, 'request', { signal: deadline }).catch((cause: unknown) => {
        throw new Error(`conversation ${this.name}: no request ${wanted + 1} within ${DEADLINE_MS} ms`, {
          cause,
        });
      });
    }
  }

  /** The first request, old or new, that holds the text. Throws after 20 s without one. */
  async nextHolding(text: string): Promise<ModelRequest> {
    for (;;) {
      const request = await this.next();
      if (request.holds(text)) return request;
    }
  }

  /** For the answering side. */
  take(request: ModelRequest): Step {
    this.requests.push(request);
    const line = this.#lines.shift() ?? EXHAUSTED;
    this.#arrivals.emit('request');
    return typeof line === 'function' ? line(request) : line;
  }
}
