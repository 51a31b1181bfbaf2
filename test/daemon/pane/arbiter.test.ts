import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { PaneArbiter } from '../../../daemon/pane/arbiter.ts';
import { pasteText } from '../../../daemon/pane/insert.ts';
import { openProcessTable } from '../../../daemon/process-table.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';
import { arbiterIn, stage } from './typing-stage.ts';

const BELL = 'orq: mail waiting (bell 0123456789abcdef)';
const ON_SCREEN = { outcome: 'delivered', proof: 'screen' };

describe('the pane arbiter', { concurrency: 4, timeout: 60_000 }, () => {
  const folder = testFolder();
  let tmux: PrivateTmux;
  let arbiter: PaneArbiter;
  before(() => {
    tmux = startTmux(folder.path);
    arbiter = arbiterIn(folder.path);
  });
  after(() => {
    tmux.kill();
    folder[Symbol.dispose]();
  });
  const staged = (settings?: Readonly<Record<string, string>>) => stage(tmux, folder.path, settings);
  const held = (reason: string) => ({ outcome: 'held', reason });

  for (const text of [BELL, 'ends in a semicolon;', '-x and `$(true)` "$HOME" #{pid} \\;', 'größer 窓 🙂'])
    it(`types ${JSON.stringify(text)} as it is, once`, async () => {
      const pane = await staged();
      assert.deepEqual(await arbiter.type(pane.request(text)), ON_SCREEN);
      assert.deepEqual(pane.submitted(), [text]);
    });

  it('keeps several lines one text, framed as a paste', async () => {
    const pane = await staged();
    assert.deepEqual(
      await arbiter.type(pane.request('one\r\ntwo\tthree\n\nfour\u001b[201~\rfive\n')),
      ON_SCREEN,
    );
    assert.deepEqual(pane.submitted(), ['one\ntwo three\n\nfour[201~\nfive']);
    assert.ok(pane.wasPasted());
  });

  it('types a command as keys', async () => {
    const pane = await staged();
    assert.deepEqual(await arbiter.type(pane.request('/compact now;', { as: 'command' })), ON_SCREEN);
    assert.deepEqual(pane.submitted(), ['/compact now;']);
    assert.ok(!pane.wasPasted());
  });

  it('believes the event of the session before the screen', async () => {
    const pane = await staged();
    const shown = until(() => (pane.submitted().length > 0 ? true : undefined));
    assert.deepEqual(await arbiter.type(pane.request(BELL, { shown })), {
      outcome: 'delivered',
      proof: 'event',
    });
  });

  it('tries Enter again while the box holds the text, and types the text once', async () => {
    const pane = await staged({ swallow: '2' });
    assert.deepEqual(await arbiter.type(pane.request(BELL)), ON_SCREEN);
    assert.deepEqual(pane.submitted(), [BELL]);
  });

  it('gives up after three more Enters, leaves the text, and sends it off another time without typing it again', async () => {
    const pane = await staged({ swallow: '4' });
    const outcome = await arbiter.type(pane.request(BELL));
    assert.deepEqual(outcome, { outcome: 'typed_not_submitted', reason: 'Enter had no effect' });
    assert.deepEqual(pane.submitted(), []);
    const other = BELL.replace('0123', 'ffff');
    assert.deepEqual(await arbiter.type(pane.request(other)), held('draft present'));
    const again = pane.request(other, { isOurs: (draft) => draft === BELL });
    assert.deepEqual(await arbiter.type(again), ON_SCREEN);
    assert.deepEqual(pane.submitted(), [BELL]);
  });

  it('waits for a reader that is slow to show the text', async () => {
    const pane = await staged({ slow: '600' });
    assert.deepEqual(await arbiter.type(pane.request(BELL)), ON_SCREEN);
    assert.deepEqual(pane.submitted(), [BELL]);
  });

  for (const [what, settings, reason] of [
    ['a dialog', { screen: 'dialog' }, 'dialog open'],
    ['a menu', { screen: 'menu' }, 'no input box on the screen'],
    ['a draft', { draft: 'half a thou' }, 'draft present'],
    ['a turn that runs', { screen: 'busy' }, 'agent busy'],
  ] as const)
    it(`sends no key into ${what}`, async () => {
      const pane = await staged(settings);
      const before_ = pane.screen();
      assert.deepEqual(await arbiter.type(pane.request(BELL)), held(reason));
      assert.deepEqual([pane.keys(), pane.submitted(), pane.screen()], [[], [], before_]);
    });

  it('leaves a paste of somebody else alone, however long its own text is', async () => {
    const pane = await staged({ draft: '[Pasted text #1 +30 lines]' });
    assert.deepEqual(await arbiter.type(pane.request('a line of mine\n'.repeat(31))), held('draft present'));
    assert.deepEqual(pane.submitted(), []);
  });

  it('takes a dim suggestion for an empty box', async () => {
    const pane = await staged({ hint: 'Try "fix the tests"' });
    assert.deepEqual(await arbiter.type(pane.request(BELL)), ON_SCREEN);
  });

  it('holds while the box changes under its eyes', async () => {
    const pane = await staged({ types: 'x' });
    const outcome = await arbiter.type(pane.request(BELL, { isOurs: (draft) => /^x+$/.test(draft) }));
    assert.deepEqual(outcome, held('human typing'));
  });

  it('asks its caller last, and holds for the reason that it gets', async () => {
    const pane = await staged();
    const reasonToHold = (): Promise<string> => Promise.resolve('agent busy');
    assert.deepEqual(await arbiter.type(pane.request(BELL, { reasonToHold })), held('agent busy'));
    assert.deepEqual(pane.submitted(), []);
  });

  it('leaves copy mode where nobody looks', async () => {
    const pane = await staged();
    tmux.run('copy-mode', '-t', pane.target.pane);
    assert.deepEqual(await arbiter.type(pane.request(BELL)), ON_SCREEN);
    assert.deepEqual(pane.submitted(), [BELL]);
  });

  it('holds for panes that are synchronised, deaf, dead, gone, or of another server', async () => {
    const pane = await staged();
    const { pane: id } = pane.target;
    tmux.run('set-option', '-w', '-t', id, 'synchronize-panes', 'on');
    assert.deepEqual(await arbiter.type(pane.request(BELL)), held('panes are synchronised'));
    tmux.run('set-option', '-w', '-t', id, 'synchronize-panes', 'off');
    tmux.run('select-pane', '-d', '-t', id);
    assert.deepEqual(await arbiter.type(pane.request(BELL)), held('input of the pane is off'));
    tmux.run('select-pane', '-e', '-t', id);
    const earlier = { ...pane.target, serverStart: pane.target.serverStart - 1 };
    assert.deepEqual(await arbiter.type(pane.request(BELL, { target: earlier })), held('pane gone'));
    tmux.run('set-option', '-w', '-t', id, 'remain-on-exit', 'on');
    const dead = pane.request(BELL);
    process.kill(dead.process?.pid ?? 0, 'SIGKILL');
    await until(() =>
      tmux.run('display-message', '-p', '-t', id, '#{pane_dead}') === '1' ? true : undefined,
    );
    assert.deepEqual(await arbiter.type(dead), held('program in the pane ended'));
    tmux.run('kill-pane', '-t', id);
    assert.deepEqual(await arbiter.type(dead), held('pane gone'));
    assert.equal(tmux.run('display-message', '-p', 'alive'), 'alive');
  });

  it('holds where the client is another than was meant, and where a shell has the foreground', async () => {
    const pane = await staged();
    const stranger = openProcessTable().identify(process.pid);
    assert.deepEqual(
      await arbiter.type(pane.request(BELL, { process: stranger })),
      held('agent is not in this pane'),
    );
    const id = tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', 'bash', '--norc');
    await until(() =>
      tmux.run('display-message', '-p', '-t', id, '#{pane_current_command}') === 'bash' ? true : undefined,
    );
    const shell = pane.request('touch made', { target: { ...pane.target, pane: id }, process: null });
    assert.deepEqual(await arbiter.type(shell), held('another program in the foreground'));
  });

  it('holds for a client that was put into the background', async () => {
    const id = tmux.run('new-window', '-d', '-P', '-F', '#{pane_id} #{pane_pid}', 'bash', '--norc', '-i');
    const [pane = '', shellPid = ''] = id.split(' ');
    tmux.run('send-keys', '-t', pane, '-l', 'sleep 300 &');
    tmux.run('send-keys', '-t', pane, 'Enter');
    const child = await until(() => {
      try {
        return Number(execFileSync('pgrep', ['-P', shellPid, 'sleep'], { encoding: 'utf8' })) || undefined;
      } catch {
        return undefined;
      }
    });
    const other = await staged();
    const request = other.request(BELL, {
      target: { ...other.target, pane },
      process: openProcessTable().identify(child),
    });
    assert.deepEqual(await arbiter.type(request), held('another program in the foreground'));
  });

  it('lets one writer at a time into a pane', async () => {
    const pane = await staged();
    const texts = ['first of all', 'second of all', 'third of all'];
    const outcomes = await Promise.all(texts.map((text) => arbiter.type(pane.request(text))));
    assert.deepEqual(outcomes, [ON_SCREEN, ON_SCREEN, ON_SCREEN]);
    assert.deepEqual(pane.submitted().toSorted(), texts.toSorted());
  });

  it('waits for the lock file of another program, and takes one whose program is gone', async () => {
    const pane = await staged();
    const hash = createHash('sha256').update(tmux.socket).digest('hex').slice(0, 16);
    const lock = join(folder.path, 'panes', `${hash}-${pane.target.pane}.lock`);
    mkdirSync(join(folder.path, 'panes'), { recursive: true });
    const holder = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    const identity = openProcessTable().identify(holder.pid ?? 0);
    writeFileSync(lock, `${identity?.pid} ${identity?.start}\n`);
    const typing = arbiter.type(pane.request(BELL));
    await pause(700);
    assert.deepEqual(pane.submitted(), []);
    holder.kill('SIGKILL');
    assert.deepEqual(await typing, ON_SCREEN);
    assert.ok(!readdirSync(join(folder.path, 'panes')).some((name) => lock.endsWith(name)));
  });

  it('leaves no buffer behind, and never pastes into a pane that is dead or shows its history', async () => {
    const pane = await staged();
    const { pane: id } = pane.target;
    await arbiter.type(pane.request(BELL));
    tmux.run('copy-mode', '-t', id);
    await pasteText(pane.target, 'into the history');
    tmux.run('copy-mode', '-q', '-t', id);
    tmux.run('set-option', '-w', '-t', id, 'remain-on-exit', 'on');
    process.kill(Number(tmux.run('display-message', '-p', '-t', id, '#{pane_pid}')), 'SIGKILL');
    await until(() =>
      tmux.run('display-message', '-p', '-t', id, '#{pane_dead}') === '1' ? true : undefined,
    );
    await pasteText(pane.target, 'into the dead');
    assert.deepEqual(pane.submitted(), [BELL]);
    assert.equal(tmux.run('list-buffers').includes(`orq-${id}`), false);
  });

  it('holds while somebody who looks at the pane types or reads its history', async () => {
    const pane = await staged();
    const { pane: id, socket } = pane.target;
    tmux.run('new-session', '-d', '-s', 'seen', '-x', '80', '-y', '24', 'sleep 600');
    tmux.run('join-pane', '-d', '-s', id, '-t', 'seen:');
    tmux.run('select-pane', '-t', id);
    using human = startTmux(folder.path, 'human', 'human.sock');
    human.run('new-window', '-d', '-n', 'eyes', `env -u TMUX tmux -S ${socket} attach -t seen`);
    await until(() => (tmux.run('list-clients', '-F', '#{pane_id}').includes(id) ? true : undefined));
    human.run('send-keys', '-t', 'human:eyes', '-l', 'h');
    human.run('send-keys', '-t', 'human:eyes', 'BSpace');
    assert.deepEqual(await arbiter.type(pane.request(BELL)), held('human typing'));
    tmux.run('copy-mode', '-t', id);
    assert.deepEqual(await arbiter.type(pane.request(BELL)), held('pane in copy mode'));
    assert.equal(tmux.run('display-message', '-p', '-t', id, '#{pane_in_mode}'), '1');
    assert.deepEqual(pane.submitted(), []);
  });
});
