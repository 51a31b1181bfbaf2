/** The programs of docs/LIBRARY.md, against the package as it is published and a daemon of their own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { blocksOf, readDocument } from '../docs/documents.ts';
import { daemonEnvironment, startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { compile, installPackage } from './installed-package.ts';

const programs = blocksOf(readDocument('docs/LIBRARY.md')).filter(({ language }) => language === 'ts');

/** What each prints, in the order of the page. */
const PRINTED = [
  /^message 1 is ready\n\{ pending: 2, pulled: 0, delivered: 0 \}\n$/,
  /^shop:1: ready, shop:2: blocked\n$/,
  /^queued, seen\nnot_found undefined\n$/,
  /^queued \d+\n$/,
];

async function run(folder: TestFolder, name: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [folder.at(name)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  assert.equal(child.exitCode, 0, stderr);
  return stdout;
}

describe('a program that imports the package', { timeout: 120_000 }, () => {
  let folder: TestFolder;
  const place = testFolder();
  let daemon: RunningDaemon;
  before(async () => {
    folder = installPackage();
    for (const [index, { text: program }] of programs.entries())
      writeFileSync(folder.at(`program-${index}.ts`), program);
    daemon = await startDaemon({ folder: place.path });
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    place[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('type-checks at its strictest, and a wrong option does not', () => {
    compile(folder.path);
    writeFileSync(
      folder.at('wrong.ts'),
      `import { TmuxMessenger } from 'orq';\nawait new TmuxMessenger().sendMessage('a', 'b', { priority: 'high' });\n`,
    );
    assert.throws(() => compile(folder.path), /wrong\.ts.*TS2322/);
  });

  for (const [index, { line }] of programs.entries())
    it(`does what the page says: the program at line ${line}`, async () => {
      const printed = await run(folder, `program-${index}.js`, daemonEnvironment(place.path));
      assert.match(printed, PRINTED[index] ?? /^$/);
    });

  it('spools while no daemon runs, and says where', async () => {
    using elsewhere = testFolder();
    const env = daemonEnvironment(elsewhere.path);
    const child = run(folder, 'program-1.js', env);
    assert.equal(await child, 'shop:1: spooled, shop:2: spooled\n');
  });
});
