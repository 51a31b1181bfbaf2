/** The HTTP server: routes from the table of calls, one error shape, limits that cut off whoever stalls. */
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { CALLS, EVENTS_PATH, HOOK_PATH, METRICS_PATH, type CallName } from '../src/protocol/calls.ts';
import { EVENTS, type EventFilter } from '../src/protocol/change-schema.ts';
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { SCHEMAS } from '../src/protocol/schemas.ts';
import { PROTOCOL_VERSION, VERSION } from '../src/protocol/version.ts';
import { refuseBytes } from './client-error.ts';
import { answerHook } from './hooks/answer.ts';
import { readJsonBodies } from './json-body.ts';
import { fromQuery } from './query.ts';
import { streamEvents } from './routes/events.ts';
import { stats } from './routes/stats.ts';
import { ROUTES, type RequestContext } from './routes/routes.ts';
import type { Services } from './services.ts';
import { describeValidation } from './validation.ts';

/** An event carries whole tool results, images among them. */
const MAX_HOOK_BYTES = 64 * 1024 * 1024;
const MAX_CALL_BYTES = 32 * 1024 * 1024;

/** A peer that stalls is cut off: headers 5 s, the whole request 10 s, looked at each second. Node's own defaults let a stalled body live for ever. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const CHECKING_INTERVAL_MS = 1_000;

export function buildServer(services: Services): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_CALL_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    http: { connectionsCheckingInterval: CHECKING_INTERVAL_MS, requireHostHeader: false },
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error, request, reply) => void sendError(services, error, request, reply),
    routerOptions: { maxParamLength: 300 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    schemaErrorFormatter: (errors, part) => new OrqError('bad_request', describeValidation(errors, part)),
  });
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  readJsonBodies(app);
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('orq-version', VERSION);
    const { origin, referer } = request.headers;
    // No program of ours sends these: a browser was made to talk to the socket.
    if (origin === undefined && referer === undefined) next();
    else next(new OrqError('forbidden', 'request: a browser may not call the daemon'));
  });
  app.addHook('onSend', (_request, reply, _payload, next) => {
    // A connection that is kept would hold the stop up until its deadline.
    if (services.stopping.aborted) void reply.header('connection', 'close');
    next();
  });
  app.setNotFoundHandler((request) => {
    const version = /^\/v(\d+)\//.exec(request.url)?.[1];
    if (version !== undefined && Number(version) !== PROTOCOL_VERSION)
      throw new OrqError(
        'unsupported_version',
        `protocol ${version}: this daemon (${VERSION}) speaks ${PROTOCOL_VERSION}`,
      );
    throw new OrqError(
      'not_found',
      `${request.method} ${request.url.split('?', 1)[0] ?? ''}: no such call in this version (${VERSION})`,
    );
  });
  app.setErrorHandler((error: unknown, request, reply) => sendError(services, error, request, reply));
  addRoutes(app, services);
  addHooks(app, services);
  return app;
}

function addRoutes(app: FastifyInstance, services: Services): void {
  for (const name of Object.keys(CALLS) as CallName[]) {
    const { method, path } = CALLS[name];
    const schema = SCHEMAS[name].request;
    const run = ROUTES[name] as (
      services: Services,
      request: unknown,
      context: RequestContext,
    ) => Promise<unknown>;
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const given = method === 'GET' ? (request.query as object) : request.body;
      return run(services, given, { headers: request.headers, ended: () => endOf(reply) });
    };
    if (method === 'POST') app.route({ method, url: path, schema: { body: schema }, handler });
    else {
      app.route({
        method,
        url: path,
        schema: { querystring: schema },
        preValidation: typed(schema),
        handler,
      });
    }
  }
  app.route({
    method: 'GET',
    url: METRICS_PATH,
    handler: async (_request, reply) => {
      // Loaded with the first scrape: hooks wait while the daemon starts.
      const { expositionOf, METRICS_TYPE } = await import('./metrics/exposition.ts');
      return reply.type(METRICS_TYPE).send(await expositionOf(await stats(services)));
    },
  });
  app.route<{ Querystring: EventFilter }>({
    method: 'GET',
    url: EVENTS_PATH,
    schema: { querystring: EVENTS.request },
    preValidation: typed(EVENTS.request),
    handler: async (request, reply) => {
      const { query, headers } = request;
      await streamEvents(services, query, headers['last-event-id'], (head) => {
        reply.hijack();
        return reply.raw.writeHead(200, { ...(reply.getHeaders() as object), ...head });
      });
    },
  });
}

/** Gives a query the types of its schema before it is held against it. */
function typed(schema: object): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    request.query = fromQuery(schema, { ...(request.query as object), ...(request.params as object) });
  };
}

/** Aborts when the caller is gone before its answer was written. */
function endOf(reply: FastifyReply): AbortSignal {
  const ended = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) ended.abort();
  });
  return ended.signal;
}

function addHooks(app: FastifyInstance, services: Services): void {
  app.route({
    method: 'POST',
    url: HOOK_PATH,
    bodyLimit: MAX_HOOK_BYTES,
    handler: (request, reply) => answerHook(services, request, reply),
  });
}

function sendError(
  { log }: Services,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const converted = errorFromFastify(error);
  const { code, message, status } = converted;
  const facts = {
    event: 'request_refused',
    code,
    method: request.method,
    path: request.routeOptions.url,
    reason: message,
  };
  if (status >= 500) log.error({ ...facts, err: error }, 'request failed');
  else log.debug(facts, 'request refused');
  return reply.status(status).send(errorToJson(converted));
}

function errorFromFastify(error: unknown): OrqError {
  if (error instanceof OrqError) return error;
  const { code = '', statusCode = 500, message = String(error) } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new OrqError('too_large', 'request: the body is over the limit', { cause: error });
  if (statusCode >= 400 && statusCode < 500)
    return new OrqError('bad_request', `request: ${message}`, { cause: error });
  return new OrqError('internal', 'the daemon failed; its log says how', { cause: error });
}
