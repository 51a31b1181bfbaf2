/** Where orq-hook looks for the daemon. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import {
  type HookClient,
  type HookOptions,
  SILENCE,
  describeClients,
  runHook,
  withoutTime,
} from './clients.ts';

async function assertFinds(
  client: HookClient,
  path: string,
  words: readonly string[],
  options: HookOptions,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await using server = await openRawServer(path);
  const outcome = runHook(client, ['Stop', ...words], options);
  const found = await Promise.race([server.accept(), outcome]);
  assert.ok('send' in found, `nobody came to ${path}`);
  await found.until(isWholeRequest);
  found.send(answerBytes({ body: 'text' }));
  assert.equal((await outcome).stdout, 'text');
}

const USER_FOLDER = `/run/user/${process.getuid?.()}`;
const unlessUserFolder = { skip: existsSync(USER_FOLDER) ? `${USER_FOLDER} comes before it` : false };

describeClients('the socket of orq-hook', (client) => {
  it('is --socket, else ORQ_SOCKET, else in XDG_RUNTIME_DIR', async () => {
    using folder = testFolder();
    const env = { ORQ_SOCKET: join(folder.path, 'b'), XDG_RUNTIME_DIR: folder.path, HOME: folder.path };
    await assertFinds(client, join(folder.path, 'a'), ['--socket', join(folder.path, 'a')], { env });
    await assertFinds(client, join(folder.path, 'b'), ['--socket', ''], { env });
    await assertFinds(client, join(folder.path, 'orq/orq.sock'), [], { env: { ...env, ORQ_SOCKET: '' } });
  });

  it('is in the state folder where there is no runtime folder', unlessUserFolder, async () => {
    using folder = testFolder();
    const env = { HOME: folder.path, XDG_STATE_HOME: join(folder.path, 's'), XDG_RUNTIME_DIR: 'relative' };
    await assertFinds(client, join(folder.path, 's/orq/orq.sock'), [], { env });
    const path = join(folder.path, '.local/state/orq/orq.sock');
    await assertFinds(client, path, [], { env: { ...env, XDG_STATE_HOME: 'relative' } });
    await assertFinds(client, path, [], { env: { HOME: folder.path } });
  });

  it('may be relative to the working directory', async () => {
    using folder = testFolder();
    await assertFinds(client, join(folder.path, 's'), ['--socket', 's'], { cwd: folder.path });
  });

  it('may have 107 bytes and no more', async () => {
    using folder = testFolder();
    const longest = join(folder.path, 'ü'.repeat(60)).slice(0, 60).padEnd(60, 'x');
    const path = longest + 'x'.repeat(107 - Buffer.byteLength(longest));
    assert.equal(Buffer.byteLength(path), 107);
    await assertFinds(client, path, ['--socket', path], {});
    await using cut = await openRawServer(path);
    assert.deepEqual(withoutTime(await runHook(client, ['Stop', '--socket', `${path}x`])), SILENCE);
    assert.deepEqual(withoutTime(await runHook(client, ['wait', '--socket', 'x'.repeat(20_000)])), SILENCE);
    assert.equal(cut.pending, 0);
  });
});
