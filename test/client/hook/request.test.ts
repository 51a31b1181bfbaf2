/** What orq-hook sends: one request, byte for byte. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { VERSION } from '../../../src/protocol/version.ts';
import { isWholeRequest, openRawServer } from '../../support/raw-server.ts';
import { testFolder } from '../../support/folder.ts';
import { answerBytes } from './answer-bytes.ts';
import { type HookClient, type HookOptions, describeClients, outcomeOf, startHook } from './clients.ts';

async function requestOf(
  client: HookClient,
  words: readonly string[],
  options: HookOptions,
): Promise<string> {
  using folder = testFolder();
  await using server = await openRawServer(join(folder.path, 's'));
  const outcome = outcomeOf(startHook(client, [...words, '--socket', server.path], options));
  const peer = await server.accept();
  const request = await peer.until(isWholeRequest);
  peer.send(answerBytes({}));
  await outcome;
  assert.equal(server.pending, 0);
  assert.equal(await peer.ended(), request);
  return request;
}

function headerOf(request: string, name: string): string | undefined {
  return new RegExp(`\r\n${name}: (.*)\r\n`).exec(request)?.[1];
}

describeClients('the request of orq-hook', (client) => {
  it('carries the event unchanged and says who asks', async () => {
    const env = {
      TMUX: '/tmp/tmux-0/default,4711,0',
      TMUX_PANE: '%7',
      CLAUDE_PID: '99',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
      CLAUDE_CODE_MESSAGING_SOCKET: '/tmp/cc-socks/99.sock',
    };
    const stdin = '{"cwd":"/","odd":"\xff\x00 \r\n"}\n';
    const before = Date.now();
    const request = await requestOf(client, ['Stop', '--agent', 'main:1'], { stdin, env });
    const deadlineMs = Number(headerOf(request, 'orq-deadline-ms'));
    assert.ok(deadlineMs >= before + 950 && deadlineMs <= Date.now() + 1000, `deadline ${deadlineMs}`);
    assert.equal(
      request,
      'POST /v1/hooks/Stop HTTP/1.1\r\nHost: orq\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${stdin.length}\r\norq-client: ${VERSION}\r\norq-pid: ${process.pid}\r\norq-deadline-ms: ${deadlineMs}\r\n` +
        'orq-agent: main:1\r\norq-tmux: /tmp/tmux-0/default\r\norq-pane: %257\r\norq-claude-pid: 99\r\n' +
        `orq-entrypoint: cli\r\norq-inbox: /tmp/cc-socks/99.sock\r\n\r\n${stdin}`,
    );
  });

  it('leaves out what has no value', async () => {
    const request = await requestOf(client, ['Stop'], { stdin: '', env: { TMUX: '', ORQ_AGENT: '' } });
    assert.match(
      request,
      /^POST \/v1\/hooks\/Stop HTTP\/1\.1\r\nHost: orq\r\nContent-Type: application\/json\r\nContent-Length: 0\r\norq-client: [^\r]+\r\norq-pid: \d+\r\norq-deadline-ms: \d+\r\n\r\n$/,
    );
  });

  it('has no deadline where it waits', async () => {
    const request = await requestOf(client, ['wait'], {});
    assert.match(request, /^POST \/v1\/hooks\/wait HTTP\/1\.1\r\n/);
    assert.equal(headerOf(request, 'orq-deadline-ms'), undefined);
  });

  it('names half of the time at SessionEnd', async () => {
    const before = Date.now();
    const request = await requestOf(client, ['SessionEnd'], {});
    const deadlineMs = Number(headerOf(request, 'orq-deadline-ms'));
    assert.ok(deadlineMs >= before + 450 && deadlineMs <= Date.now() + 500, `deadline ${deadlineMs}`);
  });

  it('says any name in any script, percent-encoded', async () => {
    for (const name of [
      'büro:1',
      '🦊',
      'وكيل',
      '会话:二',
      `a"b'c`,
      '100% sure',
      'line\nbreak\r\n\r\nx',
      'AZaz09-._~/:@,',
      '\x01\x7f[]^`{}',
    ]) {
      const request = await requestOf(client, ['Stop', '--agent', name], {});
      const sent = headerOf(request, 'orq-agent') ?? '';
      assert.match(sent, /^([A-Za-z0-9\-._~/:@,]|%[0-9A-F]{2})+$/);
      assert.equal(decodeURIComponent(sent), name);
    }
  });

  it('prefers --agent to ORQ_AGENT', async () => {
    const env = { ORQ_AGENT: 'inherited' };
    assert.equal(headerOf(await requestOf(client, ['Stop'], { env }), 'orq-agent'), 'inherited');
    assert.equal(
      headerOf(await requestOf(client, ['Stop', '--agent', 'given'], { env }), 'orq-agent'),
      'given',
    );
  });

  it('finds the path in TMUX behind commas of its own', async () => {
    for (const [tmux, path] of [
      ['/tmp/a,b,c/default,12,3', '/tmp/a,b,c/default'],
      ['/tmp/x,12', '/tmp/x'],
      ['/tmp/x', '/tmp/x'],
    ] as const) {
      assert.equal(headerOf(await requestOf(client, ['Stop'], { env: { TMUX: tmux } }), 'orq-tmux'), path);
    }
  });
});
