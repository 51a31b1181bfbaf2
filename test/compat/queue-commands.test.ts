import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rowsOf, writeLegacyFile } from '../support/legacy-database.ts';
import { suiteDaemon } from '../support/suite-daemon.ts';
import { ORQCTL } from '../client/orqctl/run-orqctl.ts';

const COMPAT = fileURLToPath(new URL('../../../compat', import.meta.url));
const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

describe('the old commands about queue and team', { skip: noPython }, () => {
  const suite = suiteDaemon();

  function run(line: string, more: NodeJS.ProcessEnv = {}) {
    const command = suite.folder.at('orqctl');
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${ORQCTL}' "$@"\n`);
    chmodSync(command, 0o755);
    const env = {
      PATH: process.env['PATH'],
      ORQ_SOCKET: suite.daemon.socket,
      ORQCTL: command,
      HOME: suite.folder.path,
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { env, cwd: COMPAT, encoding: 'utf8' });
    return { exit: status, said: stdout.trimEnd().split('\n'), stderr };
  }
  const down = () => ({ ORQ_SOCKET: suite.folder.at('none.sock') });
  const textsFor = async (agent: string): Promise<string[]> => {
    const { messages } = await suite.client.list({ agent, limit: 100 });
    return messages.map(({ text }) => text).toSorted();
  };

  test('check_queue.py hands the next message out once, as one line of JSON', async () => {
    await suite.client.enqueue({ agent: 'c:1', text: 'line\nä "x"', priority: 7 });
    const first = run('python3 check_queue.py --agent c:1');
    const answer = JSON.parse(first.said.join('')) as Record<string, unknown>;
    assert.deepEqual(
      [first.exit, answer['status'], answer['message'], answer['priority']],
      [0, 'delivered', 'line\nä "x"', 7],
    );
    assert.equal((await suite.client.show({ id: Number(answer['message_id']) })).state, 'delivered');
    const variables = { TMUX_SESSION_NAME: 'c', TMUX_WINDOW_INDEX: '1' };
    assert.deepEqual(run('python3 check_queue.py', variables).said, ['{"status": "empty"}']);
  });

  test('check_queue.py is silent at the bootstrap, queues a rebrief, and tells of errors with 1, usage with 2', async () => {
    await suite.client.enqueue({ agent: 'r:1', text: 'x' });
    assert.deepEqual(run('python3 check_queue.py --agent r:1 --bootstrap').said, ['']);
    const rebrief = run('python3 check_queue.py --agent r:1 --rebrief');
    assert.match(rebrief.said.join(), /"status": "(rebrief_queued|error)"/);
    const nobody = run('python3 check_queue.py --agent r:1', down());
    assert.deepEqual([nobody.exit, nobody.said[0]?.slice(0, 18)], [1, '{"status": "error"']);
    assert.equal(run('python3 check_queue.py').exit, 1);
    assert.equal(run('python3 check_queue.py --what').exit, 2);
  });

  test('check_queue_enhanced.py prints the bare text', async () => {
    await suite.client.enqueue({ agent: 'e:1', text: 'two\nlines' });
    assert.deepEqual(run('python3 check_queue_enhanced.py --agent e:1').said, ['two', 'lines']);
    assert.deepEqual(run('python3 check_queue_enhanced.py --agent e:1').said, ['']);
    assert.equal(run('python3 check_queue_enhanced.py --agent e:1', down()).exit, 1);
  });

  test('cleanup_agent.py gives back what was held; the mail waits on', async () => {
    await suite.client.enqueue({ agent: 'g:1', text: 'held' });
    await suite.client.dequeue({ agent: 'g:1' });
    const info = JSON.parse(run('python3 cleanup_agent.py --agent g:1 --info').said.join('')) as {
      messages: { leased: number };
    };
    assert.equal(info.messages.leased, 1);
    const done = run('python3 cleanup_agent.py --agent g:1 --reason session_end');
    assert.deepEqual([done.exit, done.said.at(-1)], [0, 'Successfully cleaned up agent g:1']);
    assert.equal((await suite.client.counts({ agent: 'g:1' })).ready, 1);
    assert.equal(run('python3 cleanup_agent.py --agent g:1', down()).exit, 1);
    assert.equal(run('python3 cleanup_agent.py').exit, 2);
  });

  test('scheduler.py adds, lists and removes; a second note is a second task', () => {
    assert.deepEqual(run('python3 scheduler.py --list').said, ['No scheduled tasks']);
    const added = run("python3 scheduler.py --add s dev 2 30 'look at it'");
    const [, id = ''] =
      /^Task (\d+) added successfully$/.exec(added.said.at(-1) ?? '') ?? assert.fail(added.said.join());
    assert.match(run("python3 scheduler.py --add s dev 2 30 'another'").said.join(), /^Task \d+ added/);
    const { said } = run('python3 scheduler.py --list');
    assert.match(said[0] ?? '', /^ID \| Session \| Role \| /);
    assert.match(
      said[1] ?? '',
      new RegExp(`^${id} \\| s \\| dev \\| 2 \\| \\d+ \\| 30 \\| SCHEDULED CHECK-IN: look at it$`),
    );
    assert.equal(said.length, 3);
    assert.deepEqual(run(`python3 scheduler.py --remove ${id}`).said, [`Task ${id} removed`]);
    assert.equal(run(`python3 scheduler.py --remove ${id}`).exit, 1);
    assert.equal(run('python3 scheduler.py --add s dev').exit, 2);
  });

  test('migrate_queue_db.py takes the database over and changes no byte of it', async () => {
    const file = suite.folder.at('task_queue.db');
    writeLegacyFile(file, 'v1', rowsOf('mig'));
    const bytes = readFileSync(file);
    const ran = run(`python3 migrate_queue_db.py --db-path ${file} --backup --add-hooks-tables`);
    assert.deepEqual([ran.exit, ran.said.at(-1)], [0, '6 messages and 0 schedules taken over']);
    assert.deepEqual(readFileSync(file), bytes);
    assert.equal((await textsFor('mig:1')).length, 6);
    assert.equal(run(`python3 migrate_queue_db.py --db-path ${suite.folder.at('none.db')}`).exit, 1);
  });

  test('request-authorization.sh asks the role, with a copy to window 0, and ends with its last line', async () => {
    const session = { TMO_DEFAULT_SESSION: 'auth' };
    const ran = run("./request-authorization.sh dev 'deploy?' pm", session);
    assert.equal(ran.exit, 0, ran.stderr);
    assert.match(ran.said.at(-2) ?? '', /^Request ID: [0-9a-f-]{36}$/);
    assert.equal(ran.said.at(-1), 'Target will be notified to respond within 15 minutes.');
    const { messages } = await suite.client.list({ agent: 'auth:pm' });
    assert.match(messages[0]?.text ?? '', /deploy\?\nReply to dev with 'Approved \[/);
    assert.deepEqual([messages[0]?.from, messages[0]?.expiresAtMs !== null], ['dev', true]);
    assert.equal((await textsFor('auth:0')).length, 1);
    assert.equal(run('./request-authorization.sh dev x', session).exit, 1);
    assert.equal(run('./request-authorization.sh dev x pm').exit, 1);
    assert.equal(run('./request-authorization.sh dev x pm', { ...session, ...down() }).exit, 1);
  });

  test('msg.sh, and a link msg_ROLE.sh to it, send to a window of the own session', async () => {
    const session = { TMO_DEFAULT_SESSION: 'team' };
    symlinkSync(`${COMPAT}/msg.sh`, suite.folder.at('msg_tester.sh'));
    assert.equal(run('./msg.sh dev hello there', session).said.at(-1), 'Message logged and sent to team:dev');
    const linked = run(`${suite.folder.at('msg_tester.sh')} "it's done"`, session);
    assert.deepEqual([linked.exit, linked.said.at(-1)], [0, 'Message logged and sent to team:tester']);
    assert.deepEqual(
      [await textsFor('team:dev'), await textsFor('team:tester')],
      [['hello there'], ["it's done"]],
    );
    assert.equal(run('./msg.sh dev', session).exit, 1);
    assert.equal(run('./msg.sh dev x').exit, 1);
  });

  test('report-completion.sh and list_team.sh speak of the tmux session that they run in', async () => {
    const tmux = ['-S', suite.folder.at('tmux.sock'), '-f', '/dev/null'];
    const asked = (...words: string[]) => spawnSync('tmux', [...tmux, ...words], { encoding: 'utf8' });
    assert.equal(asked('new-session', '-d', '-s', 'crew', '-n', 'Lead', 'sleep 600').status, 0);
    try {
      const TMUX = `${suite.folder.at('tmux.sock')},${asked('display-message', '-p', '#{pid}').stdout.trim()},0`;
      const told = run("./report-completion.sh dev 'all done'", { TMUX });
      assert.deepEqual([told.exit, told.said.at(-1)], [0, 'Completion reported successfully!'], told.stderr);
      assert.deepEqual(await textsFor('crew:0'), ['TASK COMPLETION REPORT from dev: all done']);
      assert.deepEqual(run('./list_team.sh', { TMUX }).said, ['0: Lead']);
    } finally {
      asked('kill-server');
    }
    assert.equal(run('./report-completion.sh dev x').exit, 1);
  });

  test('every one of them runs through a link in another folder', async () => {
    const bin = suite.folder.at('bin');
    mkdirSync(bin);
    const names = readdirSync(COMPAT).filter((name) => (statSync(`${COMPAT}/${name}`).mode & 0o100) !== 0);
    assert.ok(names.length >= 18, names.join());
    for (const name of names) {
      symlinkSync(`${COMPAT}/${name}`, `${bin}/${name}`);
      const ran = run(`cd / && ${bin}/${name} ${name.endsWith('.py') ? '--help' : 'x'}`);
      const said = `${name}: ${ran.said.join()}${ran.stderr}`;
      assert.match(said, /usage: |Usage: |not in a tmux session/, said);
      assert.equal(ran.stderr, '', said);
    }
    assert.equal(run(`cd / && ${bin}/scm l:dev linked`).said.at(-1), 'Message logged and sent to l:dev');
    assert.deepEqual(await textsFor('l:dev'), ['linked']);
  });

  test('a module that finds no orqctl says so and ends with 1', () => {
    const none = { ORQCTL: suite.folder.at('no-orqctl') };
    for (const line of ['migrate_queue_db.py', 'setup_agent_hooks.py . --agent-id s:1']) {
      const { exit, said } = run(`python3 ${line}`, none);
      assert.deepEqual([exit, said.length, said[0]?.startsWith('Error')], [1, 1, true], said.join());
    }
  });
});
