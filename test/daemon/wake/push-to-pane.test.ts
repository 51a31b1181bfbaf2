/** Push mode through the real arbiter, into a scripted program in a pane of a private tmux server. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openOwed } from '../../../daemon/owed.ts';
import { openLogger } from '../../../daemon/logger.ts';
import { openObstacles } from '../../../daemon/wake/obstacles.ts';
import { openMetrics } from '../../../daemon/metrics/metrics.ts';
import { openPush } from '../../../daemon/wake/push.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { arbiterIn, stage, type StagedPane } from '../pane/typing-stage.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';

describe('push mode', { concurrency: 2, timeout: 60_000 }, () => {
  const folder = testFolder();
  let tmux: PrivateTmux;
  before(() => {
    tmux = startTmux(folder.path);
  });
  after(() => {
    tmux.kill();
    folder[Symbol.dispose]();
  });

  /** An agent without hooks whose program runs in a pane. */
  async function inPane(settings: Readonly<Record<string, string>> = {}) {
    const pane: StagedPane = await stage(tmux, folder.path, settings);
    const store = openTestStore({ inMemory: true });
    const where = { ...pane.target, addresses: [] };
    await store.admit({ marked: null, given: 'a', proposed: 'a', pane: where, mayCreate: true });
    await store.setMode({ mode: 'push', agent: 'a' });
    const obstacles = openObstacles([]);
    let nonces = 0;
    const push = openPush({
      metrics: openMetrics(0),
      owed: openOwed({ log: openLogger('silent', false) }),
      store,
      obstacles,
      clock: store.clock,
      log: openLogger('fatal', false),
      newNonce: () => String((nonces += 1)).padStart(16, '0'),
      orqctl: 'orqctl',
      config: { silentMs: 60_000 },
      arbiter: arbiterIn(folder.path),
    });
    return {
      pane,
      store,
      push,
      obstacles,
      [Symbol.asyncDispose]: async () => {
        await push[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  }

  it('submits a text of many lines as one, whole, and leaves it unproven', async () => {
    await using agent = await inPane();
    const text = ['/clear is not run', '@nobody', '  indented', 'ends in a semicolon;'].join('\n');
    const [sent] = await agent.store.enqueue([{ agent: 'a', text }]);
    await agent.push.consider('a');
    const [typed = ''] = await until(() => {
      const submitted = agent.pane.submitted();
      return submitted.length > 0 ? submitted : undefined;
    }, 20_000);
    assert.ok(typed.includes(`\n${text}\n[orq 0000000000000001] end of message 1`), typed);
    await until(async () => {
      const { message } = await agent.store.show(sent?.id ?? 0);
      return message.reason === 'unproven' || undefined;
    }, 20_000);
    assert.equal(agent.pane.submitted().length, 1);
  });

  it('leaves a draft and a dialog as they are, and says so', async () => {
    for (const [settings, code] of [
      [{ draft: 'half a line' }, 'draft_present'],
      [{ screen: 'dialog' }, 'dialog_open'],
    ] as const) {
      await using agent = await inPane(settings);
      const [sent] = await agent.store.enqueue([{ agent: 'a', text: 'x' }]);
      await agent.push.consider('a');
      await until(async () => (await agent.obstacles.of('a'))?.code === code || undefined, 20_000);
      assert.deepEqual([agent.pane.submitted(), agent.pane.keys()], [[], []]);
      const { state, attempts } = (await agent.store.show(sent?.id ?? 0)).message;
      assert.deepEqual([state, attempts], ['ready', 0]);
    }
  });
});
