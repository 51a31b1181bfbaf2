/** The HTTP side of hooks: /v1/hooks/:event answers the bytes to print and the exit code; confirm, wait and probe stand beside the events. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HOOK_EVENTS, type HookEventName } from '../../src/protocol/agent.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { observe } from '../metrics/distribution.ts';
import type { Services } from '../services.ts';
import { confirm } from './confirm.ts';
import { readHookRequest } from './hook-request.ts';
import { HOOKS } from './hooks.ts';
import { probe } from './probe.ts';
import { wait } from './wait.ts';

export async function answerHook(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { event } = request.params as { event: string };
  if (event === 'confirm') {
    await confirm(services, String(request.headers['orq-confirm'] ?? ''));
    return nothing(services, reply);
  }
  const hook = readHookRequest(request.body, request.headers);
  if (event === 'probe') {
    const probed = JSON.stringify(await probe(services, hook));
    return reply.header('orq-exit', '0').type('application/json; charset=utf-8').send(probed);
  }
  if (event === 'wait') {
    reply.hijack();
    try {
      if (!(await wait(services, hook, reply.raw))) nothing(services, reply);
    } catch (error) {
      services.log.error({ event: 'waiter_failed', err: error }, 'waiter failed');
      // A connection that breaks is parked again by its client; one that hangs would never ring.
      reply.raw.destroy();
    }
    return reply;
  }
  if (!isHookEvent(event)) throw new OrqError('not_found', `hook event ${event}: not one that orq installs`);
  const { body, leases, bootstraps } = await counted(services, event, () => HOOKS[event](services, hook));
  if (body === '') return nothing(services, reply);
  if (leases.length > 0 || bootstraps !== null) {
    const token = services.confirmations.expect(request.raw.socket, { leases, bootstraps });
    services.metrics.answers.given.count += 1;
    void reply.header('orq-confirm', token);
  }
  if (leases.length > 0)
    services.log.debug(
      { event: 'messages_leased', hook: event, session: hook.sessionId, ids: leases.map(({ id }) => id) },
      'messages leased',
    );
  return reply.header('orq-exit', '0').type('application/json; charset=utf-8').send(body);
}

/** Most hooks get this answer, and the agent waits for each: written past fastify, which would make it some 5 % slower. */
function nothing({ stopping }: Services, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const headers = { 'orq-version': VERSION, 'orq-exit': '0', 'content-length': '0' };
  reply.raw.writeHead(200, stopping.aborted ? { ...headers, connection: 'close' } : headers).end();
  return reply;
}

async function counted<T>(
  { clock, metrics }: Pick<Services, 'clock' | 'metrics'>,
  event: HookEventName,
  run: () => Promise<T>,
): Promise<T> {
  const { took, failures } = metrics.hooks[event];
  const startedMs = clock.steadyMs();
  try {
    const answer = await run();
    observe(took, clock.steadyMs() - startedMs);
    return answer;
  } catch (error) {
    failures.count += 1;
    throw error;
  }
}

function isHookEvent(event: string): event is HookEventName {
  return (HOOK_EVENTS as readonly string[]).includes(event);
}
