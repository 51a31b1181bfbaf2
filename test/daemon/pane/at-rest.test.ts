import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isAtRest } from '../../../daemon/pane/at-rest.ts';
import { openProcessTable } from '../../../daemon/process-table.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';
import { stage } from './typing-stage.ts';

describe('a pane', { timeout: 60_000 }, () => {
  const folder = testFolder();
  let tmux: PrivateTmux;
  before(() => {
    tmux = startTmux(folder.path);
  });
  after(() => {
    tmux.kill();
    folder[Symbol.dispose]();
  });

  async function looked(settings: Readonly<Record<string, string>>, shows: string): Promise<boolean> {
    const pane = await stage(tmux, folder.path, settings);
    await until(() => (pane.screen().includes(shows) ? true : undefined));
    const { process } = pane.request('');
    return isAtRest({ processes: openProcessTable(), pause: (ms) => pause(ms) }, pane.target, process);
  }

  it('is at rest where it shows an input box, with a draft in it too', async () => {
    assert.equal(await looked({}, '? for shortcuts'), true);
    assert.equal(await looked({ draft: 'half a thou' }, 'half a thou'), true);
  });

  it('is not where it asks, shows a menu, or runs a turn', async () => {
    assert.equal(await looked({ screen: 'dialog' }, 'Do you want'), false);
    assert.equal(await looked({ screen: 'menu' }, 'Rewind'), false);
    assert.equal(await looked({ screen: 'busy' }, 'esc to interrupt'), false);
  });

  it('is not where the client of the session has gone, or the pane', async () => {
    const { target } = await stage(tmux, folder.path);
    const parts = { processes: openProcessTable(), pause: (ms: number) => pause(ms) };
    assert.equal(await isAtRest(parts, target, { pid: 1, start: 'another:1' }), false);
    tmux.run('kill-pane', '-t', target.pane);
    assert.equal(await isAtRest(parts, target, null), false);
  });
});
