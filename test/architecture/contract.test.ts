import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HOOKS } from '../../daemon/hooks/hooks.ts';
import { ROUTES } from '../../daemon/routes/routes.ts';
import { HOOK_EVENTS } from '../../src/protocol/agent.ts';
import { CALLS } from '../../src/protocol/calls.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import { SCHEMAS } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { ROOT, SHIPPED, pathsIn, readSource, typeScriptIn } from './source-file.ts';

const PROTOCOL = 'docs/PROTOCOL.md';
const undocumented = existsSync(join(ROOT, PROTOCOL)) ? false : `${PROTOCOL} does not exist yet`;

const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
const calls = Object.keys(CALLS).toSorted();

/** Functions that a file exports by name. */
function functionsOf(path: string): readonly string[] {
  return [...readSource(path).code.matchAll(/^export (?:async )?function (\w+)/gm)].map(
    ([, name = '']) => name,
  );
}

describe('a call', () => {
  it('has a schema and a route, and nothing else has', () => {
    assert.deepEqual(Object.keys(SCHEMAS).toSorted(), calls);
    assert.deepEqual(Object.keys(ROUTES).toSorted(), calls);
  });

  for (const name of calls) {
    it(`has its route in a file of its name: ${name}`, () => {
      assert.ok(functionsOf(`daemon/routes/${kebab(name)}.ts`).includes(name));
    });
  }

  it('has its path in the table and nowhere else', () => {
    const hookClient = 'client/hook/orq-hook.ts';
    const elsewhere = typeScriptIn(...SHIPPED)
      .filter(({ path, code }) => /['"`]\/v\d/.test(code) && path !== 'src/protocol/calls.ts')
      .map(({ path }) => path)
      .filter((path) => path !== hookClient);
    assert.deepEqual(elsewhere, []);
  });

  it('has its paragraph in the description of the protocol', { skip: undocumented }, () => {
    const text = readFileSync(join(ROOT, PROTOCOL), 'utf8');
    const missing = Object.values(CALLS).filter(({ method, path }) => !text.includes(`${method} ${path}`));
    assert.deepEqual(missing, []);
  });
});

describe('a hook event', () => {
  it('has what answers it, and nothing else has', () => {
    assert.deepEqual(Object.keys(HOOKS).toSorted(), [...HOOK_EVENTS].toSorted());
  });

  for (const event of HOOK_EVENTS) {
    it(`has its file: ${event}`, () => {
      const name = event.charAt(0).toLowerCase() + event.slice(1);
      assert.ok(functionsOf(`daemon/hooks/${kebab(event)}.ts`).includes(name));
    });
  }
});

describe('an error code', () => {
  it('has its paragraph in the description of the protocol', { skip: undocumented }, () => {
    const text = readFileSync(join(ROOT, PROTOCOL), 'utf8');
    const missing = Object.keys(ERRORS).filter(
      (code) => !new RegExp(`^[#|*\\s-]*\`${code}\``, 'm').test(text),
    );
    assert.deepEqual(missing, []);
  });
});

describe('the version', () => {
  it('is one: package, lockfile, protocol and both hook clients', () => {
    const json = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { version: string };
    const [, twin] = /const VERSION = '([^']+)'/.exec(readSource('client/hook/orq-hook.ts').code) ?? [];
    const [, native] = /#define VERSION "([^"]+)"/.exec(readSource('client/hook/orq-hook.c').text) ?? [];
    assert.deepEqual(
      { lockfile: json('package-lock.json').version, protocol: VERSION, twin, native },
      Object.fromEntries(
        ['lockfile', 'protocol', 'twin', 'native'].map((place) => [place, json('package.json').version]),
      ),
    );
  });

  it('of a migration is its number: they are counted without a gap', () => {
    const numbers = pathsIn('migrations').map((path) => Number(/(\d{4})-[a-z0-9-]+\.sql$/.exec(path)?.[1]));
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      numbers.map((_, index) => index + 1),
    );
  });
});
