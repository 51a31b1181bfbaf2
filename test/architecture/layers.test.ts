import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadedEntries, wrongDirections } from './layers.ts';
import { SHIPPED, sourceFile, typeScriptIn } from './source-file.ts';

const shipped = typeScriptIn(...SHIPPED);
const everything = [...shipped, ...typeScriptIn('test')];

describe('imports', () => {
  it('go one way', () => {
    assert.deepEqual(wrongDirections(shipped), []);
  });

  it('never lead to an entry file', () => {
    assert.deepEqual(loadedEntries(everything), []);
  });

  for (const [path, specifier, loaded] of [
    ['src/protocol/calls.ts', '../queue/store.ts', 'src/queue/store.ts'],
    ['src/queue/requeue.ts', '../agents/bell.ts', 'src/agents/bell.ts'],
    ['src/queue/requeue.ts', '../store/sqlite/store.ts', 'src/store/sqlite/store.ts'],
    ['src/store/sqlite/ack.ts', '../../../daemon/config.ts', 'daemon/config.ts'],
    ['daemon/routes/ack.ts', '../../src/store/sqlite/store.ts', 'src/store/sqlite/store.ts'],
    ['daemon/routes/ack.ts', '../hooks/stop.ts', 'daemon/hooks/stop.ts'],
    ['daemon/hooks/stop.ts', '../routes/ack.ts', 'daemon/routes/ack.ts'],
    ['daemon/server.ts', '../client/client.ts', 'client/client.ts'],
    ['client/orqctl/commands/ack.ts', '../../../daemon/config.ts', 'daemon/config.ts'],
    ['client/client.ts', '../src/queue/store.ts', 'src/queue/store.ts'],
    ['client/hook/orq-hook.ts', '../../src/protocol/version.ts', 'src/protocol/version.ts'],
  ] as const) {
    it(`of ${loaded} are noticed in ${path}`, () => {
      const file = sourceFile(path, `import { x } from '${specifier}';\n`);
      assert.deepEqual(wrongDirections([file]), [`${path}: loads ${loaded}`]);
    });
  }

  it('are noticed in every form, with their types', () => {
    const forms = [
      `import type { A } from '../queue/a.ts';`,
      `import {\n  b,\n  type B,\n} from '../queue/b.ts';`,
      `export * from '../queue/c.ts';`,
      `import d, { e } from '../queue/d.ts';`,
      `import * as e from '../queue/e.ts';`,
      `import '../queue/f.ts';`,
      `const g = await import('../queue/g.ts');`,
    ];
    const found = wrongDirections([sourceFile('src/protocol/x.ts', forms.join('\n'))]);
    assert.deepEqual(found.map((breach) => breach.slice(-4, -3)).toSorted(), [
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
      'g',
    ]);
  });

  it('of an entry are noticed in a test', () => {
    const file = sourceFile('test/daemon/run.test.ts', `import '../../daemon/main.ts';\n`);
    assert.deepEqual(loadedEntries([file]), ['test/daemon/run.test.ts: loads the entry daemon/main.ts']);
  });

  it('in a comment are none', () => {
    const text = `/*\nimport { x } from '../queue/x.ts';\n*/\n// import('../queue/x.ts')\n`;
    assert.deepEqual(wrongDirections([sourceFile('src/protocol/x.ts', text)]), []);
  });
});
