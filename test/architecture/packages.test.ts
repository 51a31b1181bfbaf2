import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { KNOWN_PACKAGES, ambientFacts, packagesReached, strayModules, strayPackages } from './packages.ts';
import { ROOT, SHIPPED, sourceFile, typeScriptIn } from './source-file.ts';

const shipped = typeScriptIn(...SHIPPED);
const library = typeScriptIn('src');

describe('a package', () => {
  it('is loaded as a value in its home only', () => {
    assert.deepEqual(strayPackages(shipped), []);
  });

  it('that is installed with orq has a home', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    assert.deepEqual(Object.keys(dependencies).toSorted(), [...KNOWN_PACKAGES].toSorted());
  });

  it('is noticed outside its home, its types are not', () => {
    const stray = sourceFile('daemon/routes/ack.ts', `import { fastify } from 'fastify/lib/x.js';\n`);
    const types = sourceFile('daemon/routes/ack.ts', `import type { A } from 'fastify';\n`);
    assert.deepEqual(strayPackages([stray, types]), [
      'daemon/routes/ack.ts: loads fastify, whose home is daemon/server.ts',
    ]);
  });

  it('that nobody knows is noticed', () => {
    const file = sourceFile('client/orqctl/table.ts', `import chalk from 'chalk';\n`);
    assert.deepEqual(strayPackages([file]), ['client/orqctl/table.ts: loads chalk, whose home is nowhere']);
  });
});

describe('the library', () => {
  it('loads no network, process or timer, and files only for the store', () => {
    assert.deepEqual(strayModules(library), []);
  });

  it('gets time, ids and randomness from outside', () => {
    assert.deepEqual(ambientFacts(library), []);
  });

  it('is caught with a socket, a file, a clock or a die', () => {
    const text = `import { connect } from 'node:net';\nimport type { Stats } from 'node:fs';\nDate.now() + Math.random();\n`;
    const file = sourceFile('src/queue/requeue.ts', text);
    assert.deepEqual(strayModules([file]), [
      'src/queue/requeue.ts: loads node:net',
      'src/queue/requeue.ts: loads node:fs',
    ]);
    assert.deepEqual(ambientFacts([file]), [
      'src/queue/requeue.ts: uses Date.now',
      'src/queue/requeue.ts: uses Math.random',
    ]);
  });
});

describe('a client', () => {
  const clients = shipped.filter(({ path }) => path.startsWith('client/'));

  it('loads no schema at run time, directly or through another file', () => {
    assert.equal(packagesReached(clients, shipped).get('typebox'), undefined);
  });

  it('is caught with a schema that it loads through another file', () => {
    const files = [
      sourceFile('client/a.ts', `export { b } from '../src/protocol/b.ts';\n`),
      sourceFile('src/protocol/b.ts', `import { S } from './schemas.ts';\n`),
      sourceFile('src/protocol/schemas.ts', `import Type from 'typebox';\n`),
    ];
    assert.equal(packagesReached(files.slice(0, 1), files).get('typebox'), 'src/protocol/schemas.ts');
  });

  it('as a library loads what Node brings, and no package', () => {
    const edge = shipped.filter(({ path }) => path === 'client/index.ts');
    const reached = [...packagesReached(edge, shipped).keys()].filter((name) => !name.startsWith('node:'));
    assert.equal(edge.length, 1);
    assert.deepEqual(reached, []);
  });
});
