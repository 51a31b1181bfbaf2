import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { CALLS, EVENTS_PATH, HOOK_PATH } from '../../../src/protocol/calls.ts';
import { SCHEMAS } from '../../../src/protocol/schemas.ts';
import { openapi } from '../../../daemon/routes/openapi.ts';

type Validator = new (options: object) => {
  compile(schema: object): (data: unknown) => boolean;
  validateSchema(schema: object): boolean;
};

/** The validator that the server itself brings, for the JSON Schema dialect of OpenAPI 3.1. */
const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020') as { Ajv2020: Validator };
const ajv = new Ajv2020({ strict: false });

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: { 'application/json': { schema: object } } };
  readonly responses: Record<string, { content?: { 'application/json': { schema: object } } }>;
}

describe('openapi.json', async () => {
  const document = (await openapi()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: { Error: object } };
  };

  for (const [name, { method, path }] of Object.entries(CALLS)) {
    it(`describes ${name} with schemas that can be used`, () => {
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      assert.equal(operation?.operationId, name);
      const { request, reply } = SCHEMAS[name as keyof typeof SCHEMAS];
      assert.deepEqual(operation.responses['200']?.content?.['application/json'].schema, reply);
      const asked = operation.requestBody?.content['application/json'].schema;
      if (method === 'POST') assert.deepEqual(asked, request);
      for (const schema of [
        request,
        reply,
        ...(operation.parameters ?? []).map((parameter) => parameter.schema),
      ]) {
        assert.ok(ajv.validateSchema(schema));
        assert.equal(typeof ajv.compile(schema), 'function');
      }
      for (const parameter of operation.parameters ?? [])
        assert.equal(parameter.in === 'path', path.includes(`:${parameter.name}`));
    });
  }

  it('describes hooks, the stream of changes, and nothing that is not there', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const wanted = [
      ...Object.values(CALLS),
      { method: 'POST', path: HOOK_PATH },
      { method: 'GET', path: EVENTS_PATH },
    ].map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    assert.deepEqual(described.toSorted(), wanted.toSorted());
  });
});
