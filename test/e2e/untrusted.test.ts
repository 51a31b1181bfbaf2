/** A client that asks whether it may trust its folder runs no hook: the daemon looks at its pane. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claudeCommand } from './agent.ts';
import { eventually } from './eventually.ts';
import { onEachClient } from './on-each-client.ts';
import { Orq } from './orq.ts';

/** In this time the screen has followed a key. */
const KEY_MS = 1_000;

onEachClient(
  'mail for a client whose folder is not trusted says so, and goes with its first hook',
  async (scenario) => {
    const { place, terminal } = scenario;
    await using orq = await Orq.start(scenario, {
      ORQ_TMUX_SOCKETS: terminal.socket,
      ORQ_TMUX_SWEEP_MS: '500',
    });
    const folder = join(scenario.folder, 'stranger');
    await mkdir(folder);
    await orq.orqctl('hooks', 'install', folder);
    const launch = { argv: claudeCommand({}), cwd: folder, environment: place.environment };
    const pane = await terminal.openWindow('agent', launch);
    await pane.waitFor('the question', (screen) => /trust/i.test(screen));
    const { id } = await orq.enqueue({ agent: 'work:agent', text: 'the heron has landed' });
    const reason = async () => (await orq.shown(id)).waiting?.reason;
    await eventually('the reason', async () => (await reason()) === 'workspace not trusted');
    assert.ok(/trust/i.test(await pane.screen()));
    // 2.1.330 warns where the folder has hooks, offers to leave first, and loses the first keys. A busy one shows late what a key did.
    let pressedMs = -Infinity;
    await eventually('the answer', async () => {
      const screen = await pane.screen();
      const key = /❯.*No/.test(screen) ? 'Down' : /❯.*Yes/.test(screen) ? 'Enter' : undefined;
      if (key && performance.now() - pressedMs > KEY_MS) {
        pressedMs = performance.now();
        await pane.press(key);
      }
      return !/trust/i.test(screen);
    });
    assert.equal((await scenario.api.main.next()).count('the heron has landed'), 1);
    await orq.seen(id);
  },
);
