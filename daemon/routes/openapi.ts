/** GET /v1/openapi.json: the table of calls, said in OpenAPI 3.1, whose schemas are JSON Schema as ours are. */
import { CALLS, EVENTS_PATH, HOOK_PATH, type CallName } from '../../src/protocol/calls.ts';
import { EVENTS } from '../../src/protocol/change-schema.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import { SCHEMAS, type ReplyOf } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';

export async function openapi(): Promise<ReplyOf<'openapi'>> {
  const paths: Record<string, Record<string, unknown>> = {
    [template(HOOK_PATH)]: { post: hookOperation },
    [EVENTS_PATH]: { get: eventsOperation },
  };
  for (const name of Object.keys(CALLS) as CallName[]) {
    const { method, path } = CALLS[name];
    (paths[template(path)] ??= {})[method.toLowerCase()] = operation(name);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'orq', version: VERSION, description: 'HTTP/1.1 over a Unix socket' },
    paths,
    components: { schemas: { Error: errorSchema } },
  };
}

function operation(name: CallName): Record<string, unknown> {
  const { method, path, summary } = CALLS[name];
  const { request, reply } = SCHEMAS[name];
  const { properties = {}, required = [] } = request as {
    properties?: Record<string, unknown>;
    required?: readonly string[];
  };
  const parameters = Object.entries(properties).map(([field, schema]) => {
    const inPath = path.includes(`:${field}`);
    return {
      name: field,
      in: inPath ? 'path' : 'query',
      required: inPath || required.includes(field),
      schema,
    };
  });
  return {
    operationId: name,
    summary,
    ...(method === 'GET'
      ? { parameters }
      : { requestBody: { required: true, content: { 'application/json': { schema: request } } } }),
    responses: {
      200: { description: 'done', content: { 'application/json': { schema: reply } } },
      default: failure,
    },
  };
}

const failure = {
  description: 'refused or failed',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'retry'],
      properties: {
        code: { enum: Object.keys(ERRORS) },
        message: { type: 'string' },
        retry: { type: 'boolean' },
        details: { type: 'object' },
      },
    },
  },
};

const hookOperation = {
  operationId: 'hook',
  summary: "One event of a client's session; the body is the event as the client wrote it",
  parameters: [
    {
      name: 'event',
      in: 'path',
      required: true,
      schema: { type: 'string', description: 'event name, confirm or wait' },
    },
  ],
  responses: {
    200: {
      description:
        'bytes to print; header orq-exit is the exit code, orq-confirm a token to send back after printing',
    },
    default: failure,
  },
};

const eventsOperation = {
  operationId: 'events',
  summary: 'What happens to messages, as server-sent events without an end; the schema is that of their data',
  parameters: Object.entries(EVENTS.request.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  })),
  responses: {
    200: { description: 'a stream', content: { 'text/event-stream': { schema: EVENTS.change } } },
    default: failure,
  },
};

function template(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}
