import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTmuxServer, type ServerState } from '../../../daemon/tmux/server.ts';
import type { Snapshot } from '../../../daemon/tmux/snapshot.ts';
import { OrqError } from '../../../src/protocol/errors.ts';

const SNAPSHOT: Snapshot = { socket: 's', serverStart: 7, panes: new Map(), watchable: null };

/** A server whose answers the test gives, one by one. */
function scripted() {
  let nowMs = 0;
  const states: ServerState[] = [];
  const calls: { resolve: (snapshot: Snapshot) => void; reject: (error: unknown) => void }[] = [];
  const server = openTmuxServer('s', {
    nowMs: () => nowMs,
    onState: (state) => void states.push(state),
    take: () => new Promise((resolve, reject) => calls.push({ resolve, reject })),
  });
  return { server, states, calls, move: (ms: number) => (nowMs += ms) };
}

const wedged = new OrqError('timeout', 'no answer');

describe('a tmux server', () => {
  it('is asked once for all who look while a call is under way', async () => {
    const { server, calls } = scripted();
    const first = server.look();
    const others = [server.look(), server.look(), server.look()];
    assert.equal(calls.length, 1);
    calls[0]?.resolve(SNAPSHOT);
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(calls.length, 2);
    calls[1]?.resolve({ ...SNAPSHOT, serverStart: 8 });
    assert.deepEqual(
      (await Promise.all(others)).map((snapshot) => snapshot?.serverStart),
      [8, 8, 8],
    );
  });

  it('that does not answer is left alone for a while that doubles up to a minute', async () => {
    const { server, calls, states, move } = scripted();
    const asked: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const look = server.look();
      const refused = assert.rejects(look, { code: 'timeout' });
      if (calls.length > 0) asked.push(second);
      calls.pop()?.reject(wedged);
      await refused;
      move(1_000);
    }
    assert.deepEqual(asked, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    assert.deepEqual(states, ['wedged']);
  });

  it('answers again, and keeps what was last seen of it meanwhile', async () => {
    const { server, calls, states, move } = scripted();
    const look = server.look();
    calls.pop()?.resolve(SNAPSHOT);
    await look;
    const refused = assert.rejects(server.look());
    calls.pop()?.reject(wedged);
    await refused;
    assert.equal(server.last, SNAPSHOT);
    move(1_000);
    const again = server.look();
    calls.pop()?.resolve(SNAPSHOT);
    assert.equal(await again, SNAPSHOT);
    assert.deepEqual(states, ['answers', 'wedged', 'answers']);
  });

  for (const words of [
    'no server running on s',
    'error connecting to s (No such file or directory)',
    'lost server',
  ])
    it(`is gone where tmux says: ${words}`, async () => {
      const { server, calls } = scripted();
      const look = server.look();
      calls.pop()?.reject(new Error(`tmux list-panes on s: ${words}`));
      assert.deepEqual([await look, server.state, server.last], [null, 'gone', null]);
    });

  it('is not gone where tmux itself cannot be started', async () => {
    const { server, calls } = scripted();
    const refused = assert.rejects(server.look());
    calls.pop()?.reject(new Error('spawn tmux EMFILE'));
    await refused;
    assert.equal(server.state, 'wedged');
  });
});
