import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CALLS } from '../../src/protocol/calls.ts';
import { SCHEMAS } from '../../src/protocol/schemas.ts';
import { PROTOCOL_VERSION, VERSION } from '../../src/protocol/version.ts';

test('the version is the package’s', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  assert.equal(VERSION, version);
});

test('every path carries the protocol version, and no two calls share method and path', () => {
  const calls = Object.values(CALLS);
  for (const { path } of calls) assert.ok(path.startsWith(`/v${PROTOCOL_VERSION}/`), path);
  assert.equal(new Set(calls.map(({ method, path }) => `${method} ${path}`)).size, calls.length);
});

test('every call has a schema, and every request is a closed object or made of such', () => {
  assert.deepEqual(Object.keys(SCHEMAS).toSorted(), Object.keys(CALLS).toSorted());
  const objects = (schema: unknown): unknown[] =>
    typeof schema !== 'object' || schema === null
      ? []
      : [
          ...('properties' in schema ? [schema] : []),
          ...Object.values(schema).flatMap((value) => objects(value)),
        ];
  for (const [name, { request }] of Object.entries(SCHEMAS))
    for (const object of objects(request))
      assert.equal((object as { additionalProperties?: unknown }).additionalProperties, false, name);
});
