import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SHIPPED, pathsIn, readSource, sourceFile, typeScriptIn } from './source-file.ts';
import {
  gluedCommands,
  gluedSql,
  leftIn,
  poorNames,
  shells,
  strayExports,
  strayPrograms,
  straySql,
} from './texts.ts';

const shipped = typeScriptIn(...SHIPPED);
const store = typeScriptIn('src/store');
const written = pathsIn(...SHIPPED, 'test', 'setup', 'migrations', 'systemd', '.ci');

const planted = (path: string, text: string) => [sourceFile(path, text)];

describe('SQL', () => {
  it('stands in the store only', () => {
    assert.deepEqual(straySql(shipped), []);
    assert.equal(straySql(planted('daemon/sweeps.ts', `run('DELETE FROM message');`)).length, 1);
    assert.deepEqual(straySql(planted('daemon/sweeps.ts', `/** SELECT it again. */`)), []);
  });

  it('is never glued from values', () => {
    assert.deepEqual(gluedSql(store), []);
    const text = 'const A = `SELECT 1 LIMIT ${BATCH}`;\nconst b = `SELECT 1 WHERE id = ${id}`;';
    assert.deepEqual(gluedSql(planted('src/store/sqlite/a.ts', text)), [
      'src/store/sqlite/a.ts: glues ${id} into SQL',
    ]);
  });
});

describe('a program', () => {
  const loaded = `import { spawn } from 'node:child_process';\n`;

  it('is started only where the table says, tmux by daemon/tmux alone', () => {
    assert.deepEqual(strayPrograms(shipped), []);
    for (const words of [`spawn('tmux', [])`, `spawn(name, [])`, `other()`]) {
      assert.equal(strayPrograms(planted('daemon/run.ts', `${loaded}${words};`)).length, 1, words);
    }
  });

  it('gets no command of tmux that was put together from strings', () => {
    assert.deepEqual(gluedCommands(shipped), []);
    for (const words of [
      'tmux(socket, [`send-keys -t ${pane} ${text}`])',
      "tmux(socket, ['if-shell', 'paste-buffer -t ' + pane])",
    ])
      assert.equal(gluedCommands(planted('daemon/pane/insert.ts', words)).length, 1, words);
  });

  it('is never started through a shell', () => {
    assert.deepEqual(shells(shipped), []);
    for (const words of [
      `exec('ls')`,
      `execSync(x)`,
      `spawn('a', { shell: true })`,
      `spawn('sh', ['-c', x])`,
    ]) {
      assert.equal(shells(planted('daemon/tmux/tmux.ts', `${loaded}${words};`)).length, 1, words);
    }
    assert.deepEqual(shells(planted('daemon/tmux/tmux.ts', `${loaded}/a/.exec(text);`)), []);
  });
});

describe('a name', () => {
  it('is exported as itself, and passed on by the public edge only', () => {
    const barrel = 'client/index.ts';
    assert.deepEqual(strayExports([...shipped, ...typeScriptIn('test')], barrel), []);
    assert.equal(strayExports(planted('a.ts', `export default 1;`), barrel).length, 1);
    assert.equal(strayExports(planted('a.ts', `export { b } from './b.ts';`), barrel).length, 1);
  });

  it('of a file says what is in it', () => {
    assert.deepEqual(poorNames(written), []);
    assert.deepEqual(poorNames(['src/utils/a.ts', 'src/string-helpers.ts', 'src/Ack.ts']), [
      'src/utils/a.ts: utils is a drawer',
      'src/string-helpers.ts: string-helpers is a drawer',
      'src/Ack.ts: is not in kebab-case',
    ]);
  });
});

describe('a file', () => {
  it('is finished, and names no place on the machine of whoever wrote it', () => {
    assert.deepEqual(leftIn([...written, ...pathsIn('docs')].map(readSource)), []);
    const unfinished = ['TO', 'DO'].join('');
    const home = ['', 'home', 'somebody', 'x'].join('/');
    assert.equal(leftIn(planted('a.ts', `// ${unfinished}: more\nopen('${home}');`)).length, 2);
  });

  it('has 300 lines at most, half of those that are shipped 90 at most', () => {
    const long = written.map(readSource).filter(({ text }) => linesOf(text) > 300);
    assert.deepEqual(
      long.map(({ path, text }) => `${path}: ${linesOf(text)} lines`),
      [],
    );
    const lengths = shipped.map(({ text }) => linesOf(text)).toSorted((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median > 0 && median <= 90, `median of ${lengths.length} files: ${median} lines`);
  });
});

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
