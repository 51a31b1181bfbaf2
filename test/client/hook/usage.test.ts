/** The words of orq-hook's command line, and where its file may lie. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { VERSION } from '../../../src/protocol/version.ts';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { SILENCE, TWIN, describeClients, runHook, withoutTime } from './clients.ts';

describeClients('the command line of orq-hook', (client) => {
  it('says its version and its usage', async () => {
    const version = await runHook(client, ['--version']);
    assert.deepEqual(withoutTime(version), { code: 0, stdout: `orq-hook ${VERSION}\n`, stderr: '' });
    const help = await runHook(client, ['--help']);
    assert.match(help.stdout, /^usage: orq-hook /);
    assert.deepEqual([help.code, help.stderr], [0, '']);
  });

  it('refuses words that name no event', async () => {
    for (const words of [[], ['--bogus'], ['Stop-1'], ['--socket', '/x'], ['']]) {
      const { code, stdout, stderr } = await runHook(client, words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /^usage: /);
    }
  });

  it('stays silent on wrong words after an event, for the sake of the agent', async () => {
    for (const words of [
      ['Stop', '--bogus'],
      ['Stop', 'Stop'],
      ['Stop', '--socket'],
      ['wait', '--agent'],
    ]) {
      assert.deepEqual(withoutTime(await runHook(client, words)), SILENCE, words.join(' '));
    }
  });

  it('takes its options in any order', async () => {
    using folder = testFolder();
    await using server = await openRawServer(join(folder.path, 's'));
    const outcome = runHook(client, ['--agent', 'a', '--socket', server.path, 'Stop']);
    const peer = await server.accept();
    assert.match(await peer.until(isWholeRequest), /\r\norq-agent: a\r\n/);
    peer.send(answerBytes({ body: 'text' }));
    assert.equal((await outcome).stdout, 'text');
  });
});

it('runs as a copy of the twin without extension, in a folder of no package', async () => {
  using folder = testFolder();
  await using server = await openRawServer(join(folder.path, 's'));
  const copy = join(folder.path, 'orq-hook');
  copyFileSync(TWIN.words[0] ?? '', copy);
  chmodSync(copy, 0o755);
  const env = { PATH: dirname(process.execPath) };
  const outcome = runHook({ name: 'copy', path: copy, words: [] }, ['Stop', '--socket', server.path], {
    env,
  });
  const peer = await server.accept();
  await peer.until(isWholeRequest);
  peer.send(answerBytes({ body: 'text' }));
  assert.deepEqual(withoutTime(await outcome), { code: 0, stdout: 'text', stderr: '' });
});
