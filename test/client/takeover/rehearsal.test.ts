/** The whole way over and back, as an operator walks it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { createClient } from '../../../client/index.ts';
import type { Message } from '../../../src/protocol/schemas.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { rowsOf, writeLegacyFile } from '../../support/legacy-database.ts';
import { until } from '../../support/until.ts';
import { orqctl, type Ran } from '../orqctl/run-orqctl.ts';
import { StandInAgents } from '../rollout/stand-in-agents.ts';

const OLD_SETTINGS = `{
    "hooks": {
        "PostToolUse": [{"matcher": ".*", "hooks": [{"type": "command", "command": "python3 $CLAUDE_PROJECT_DIR/.claude/hooks/check_queue_enhanced.py"}]}]
    }
}`;

/** As the old tools hand out. */
const OLD_ORDER = `SELECT message FROM message_queue WHERE status = 'pending' AND agent_id = ? ORDER BY priority DESC, sequence_number`;

function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

test('an old installation goes over and back: nothing is lost, nothing comes twice, every file is as before', async () => {
  await using folder = testFolder();
  const old = folder.at('old');
  const trees = { dev: folder.at('trees/dev'), qa: folder.at('trees/qa') };
  for (const tree of Object.values(trees)) mkdirSync(join(tree, '.claude'), { recursive: true });
  writeFileSync(join(trees.dev, '.claude/settings.json'), OLD_SETTINGS);
  writeFileSync(join(trees.qa, '.claude/settings.local.json'), OLD_SETTINGS);
  const before = filesBelow(folder.at('trees'));
  const state = join(old, 'registry/projects/shop/session_state.json');
  mkdirSync(dirname(state), { recursive: true });
  const agents = {
    dev: { window_index: 1, window_name: 'Dev', worktree_path: trees.dev },
    qa: { window_index: 2, window_name: 'Qa', worktree_path: trees.qa },
  };
  writeFileSync(state, JSON.stringify({ session_name: 'shop', project_name: 'Shop', agents }));
  const database = join(old, 'task_queue.db');
  writeLegacyFile(database, 'v3', [
    ...rowsOf('shop'),
    { id: 20, agent_session: 'shop:2', message: 'for qa', sequence_number: 20 },
  ]);
  const bytes = readFileSync(database);

  await using daemon = await startDaemon({ folder: folder.at('d') });
  await using client = createClient({ socket: daemon.socket });
  const home = folder.at('home');
  mkdirSync(home);
  const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '', ORQ_AGENT: '' };
  const run = (...words: string[]): Promise<Ran> => orqctl(words, { socket: daemon.socket, env, cwd: home });
  const done = async (...words: string[]): Promise<string> => {
    const { exit, stdout, stderr } = await run(...words);
    assert.equal(exit, 0, `${words.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const messages = async (): Promise<Message[]> => (await client.list({ limit: 1000 })).messages;
  const delivered = (text: string): Promise<true> =>
    until(
      async () =>
        (await messages()).some((each) => each.text === text && each.state === 'delivered') || undefined,
      60_000,
    );
  await using running = new StandInAgents({ ORQ_SOCKET: daemon.socket });

  await done('takeover', database);
  assert.match((await run('hooks', 'check', '--all', '--root', old)).stdout, /the old system/);

  const canary = done('hooks', 'install', '--all', '--root', old, '--canary', 'shop:1', '--timeout', '60s');
  await until(() => existsSync(join(trees.dev, '.claude/settings.local.json')) || undefined, 60_000);
  assert.equal(readFileSync(join(trees.qa, '.claude/settings.local.json'), 'utf8'), OLD_SETTINGS);
  await running.start('shop:Dev', trees.dev);
  assert.match(await canary, /2 of 2 worktrees have the hooks/);
  for (const text of ['urgent', 'pulled', 'first', 'second', 'waits']) await delivered(text);

  await running.start('shop:Qa', trees.qa);
  await delivered('for qa');
  assert.match(
    await done('cutover', '--root', old, '--timeout', '60s'),
    /done: 2 agents have proven a delivery/,
  );
  const check = await done('hooks', 'check', '--all', '--root', old);
  assert.doesNotMatch(check, /the old system|both/);

  await client.enqueue({ agent: 'shop:1', text: 'traffic' });
  await delivered('traffic');
  await running.stop('shop:Qa');
  const waiting = ['low', 'urgent later', 'last'];
  for (const text of waiting)
    await client.enqueue({ agent: 'shop:2', text, priority: text.startsWith('urgent') ? 60 : 0 });
  await client.enqueue({ agent: 'new:7', text: 'for nobody yet' });

  const back = folder.at('back.db');
  assert.match(await done('rollback', '--to-db', back), /4 messages were undelivered/);
  const db = new Sqlite(back, { readonly: true });
  const pending = (agent: string) =>
    db
      .prepare<[string], { message: string }>(OLD_ORDER)
      .all(agent)
      .map(({ message }) => message);
  assert.deepEqual(pending('shop:2'), ['urgent later', 'low', 'last']);
  assert.deepEqual([pending('shop:1'), pending('new:7')], [[], ['for nobody yet']]);
  db.close();
  const exported = JSON.parse(readFileSync(join(home, 'pending_messages.json'), 'utf8')) as {
    messages: { text: string }[];
  };
  assert.deepEqual(
    exported.messages.map(({ text }) => text).toSorted(),
    [...waiting, 'for nobody yet'].toSorted(),
  );

  const all = await messages();
  assert.deepEqual([...new Set(all.map((each) => each.state))].toSorted(), ['delivered', 'ready']);
  for (const { text, attempts, state: is } of all)
    if (is === 'delivered' && text !== 'over')
      assert.equal(attempts, text === 'pulled' ? 2 : 1, `${text} was handed out ${attempts} times`);
  assert.ok((await client.agents({})).agents.every(({ conditions = [] }) => conditions.includes('paused')));
  assert.deepEqual(filesBelow(folder.at('trees')), before);
  assert.deepEqual(readFileSync(database), bytes);
});
