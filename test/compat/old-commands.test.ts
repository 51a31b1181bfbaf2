import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chooseSocket } from '../../client/socket-path.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { orqctl, ORQCTL } from '../client/orqctl/run-orqctl.ts';

const COMPAT = fileURLToPath(new URL('../../../compat', import.meta.url));
const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

interface Shown {
  readonly agent: string;
  readonly text: string;
  readonly priority: number;
  readonly project: string | null;
  readonly state: string;
  readonly scope: string;
  readonly after: number[];
}

describe('the old commands', () => {
  let folder: TestFolder;
  let daemon: RunningDaemon;
  before(async () => {
    folder = testFolder();
    daemon = await startDaemon({ folder: folder.at('d') });
    writeFileSync(folder.at('orqctl'), `#!/bin/sh\nexec '${process.execPath}' '${ORQCTL}' "$@"\n`);
    chmodSync(folder.at('orqctl'), 0o755);
    mkdirSync(folder.at('home'));
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  function run(
    words: readonly string[],
    { socket = daemon.socket, ...more }: { socket?: string } & Record<string, string> = {},
  ) {
    const [program = '', ...rest] = words;
    const env = {
      ...process.env,
      ORQ_SOCKET: socket,
      ORQCTL: folder.at('orqctl'),
      HOME: folder.at('home'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    };
    const { status, stdout } = spawnSync(program, rest, { env, cwd: COMPAT, encoding: 'utf8' });
    return { exit: status, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
  }
  const newest = async (): Promise<Shown> => {
    const { stdout } = await orqctl(['list', '--limit', '1', '--json'], daemon);
    const [message] = (JSON.parse(stdout) as { messages: Shown[] }).messages;
    return message ?? assert.fail('nothing was stored');
  };

  for (const [words, last, stored] of [
    [
      ['./send-claude-message.sh', 's:1', `it's $HOME \`date\``, 'shop'],
      '✅ Message successfully delivered to s:1',
      { agent: 's:1', text: `it's $HOME \`date\``, project: 'shop' },
    ],
    [
      ['./send-direct-message.sh', 's:1', 'two', 'words'],
      '✅ Direct message sent to s:1',
      { text: 'two words', priority: 100 },
    ],
    [
      ['./send-monitored-message.sh', 's:dev', '-x', 'y'],
      'Message logged and sent to s:dev',
      { agent: 's:dev', text: '-x y' },
    ],
    [['./scm', 's:dev', 'x'], 'Message logged and sent to s:dev', { text: 'x' }],
    [
      ['./schedule_with_note.sh', '5', 'look', 's:2'],
      /^SCHEDULED TO RUN AT: \d\d:\d\d:\d\d \(in 5 minutes from \d\d:\d\d:\d\d\)$/,
      { text: 'SCHEDULED CHECK-IN: look', state: 'scheduled' },
    ],
  ] as const)
    test(`${words[0]} stores its message and ends with its last line`, async () => {
      const ran = run(words);
      assert.equal(ran.exit, 0, ran.last);
      assert.match(ran.last, typeof last === 'string' ? new RegExp(`^${last}$`) : last);
      const message = await newest();
      assert.deepEqual({ ...message, ...stored }, message);
    });

  for (const name of [
    'send-claude-message.sh',
    'send-direct-message.sh',
    'send-monitored-message.sh',
    'report-completion.sh',
  ])
    test(`${name} without a text ends with 1 and its usage`, () => {
      const ran = run([`./${name}`, 's:1']);
      assert.equal(ran.exit, 1);
      assert.match(ran.last, /^Usage: /);
    });

  test('a script whose message no daemon has ends with 1, and leaves none for the next: it would be sent twice', () => {
    const nobody = { socket: folder.at('none.sock'), ORQ_STATE_DIR: folder.at('kept') };
    assert.deepEqual(run(['./send-claude-message.sh', 's:1', 'x'], nobody), {
      exit: 1,
      last: '❌ Failed to deliver message to s:1',
    });
    assert.equal(run(['./send-direct-message.sh', 's:1', 'x'], nobody).exit, 1);
    assert.equal(existsSync(folder.at('kept')), false);
  });

  for (const given of [
    { XDG_RUNTIME_DIR: '/run/somewhere' },
    { XDG_RUNTIME_DIR: 'relative', XDG_STATE_HOME: '/var/somewhere' },
    { HOME: '/home/somebody' },
    { ORQ_SOCKET: '/run/named.sock' },
  ])
    test(
      `the modules look for the daemon where orqctl does, with ${JSON.stringify(given)}`,
      { skip: noPython },
      () => {
        const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', ...given };
        const script = 'import orq_client; print(orq_client.socket_path())';
        const { stdout, stderr } = spawnSync('python3', ['-c', script], {
          env,
          cwd: COMPAT,
          encoding: 'utf8',
        });
        assert.equal(stdout.trim(), chooseSocket(undefined, env), stderr);
      },
    );

  test('enqueue_message.py stores with all its options', { skip: noPython }, async () => {
    const first = run([
      'python3',
      'enqueue_message.py',
      's:1',
      'line one\nline two',
      '--priority',
      '7',
      '--project',
      'shop',
    ]);
    const [, id = ''] = /^Enqueued message with ID: (\d+)$/.exec(first.last) ?? assert.fail(first.last);
    const options = ['--dependency', id, '--scope', 'project', '--project', 'shop'];
    assert.equal(run(['python3', 'enqueue_message.py', 's:1', 'x', ...options]).exit, 0);
    const { after: waitsFor, scope, state } = await newest();
    assert.deepEqual(
      { waitsFor, scope, state },
      { waitsFor: [Number(id)], scope: 'project', state: 'blocked' },
    );
    const refused = run(['python3', 'enqueue_message.py', 's:1', 'x', '--dependency', '99999']);
    assert.deepEqual([refused.exit, refused.last.slice(0, 7)], [1, 'Error: ']);
    assert.equal(run(['python3', 'enqueue_message.py', 's:1']).exit, 2);
    assert.equal(
      run(['python3', 'enqueue_message.py', 's:1', 'x'], { socket: folder.at('none.sock') }).exit,
      1,
    );
  });

  test('the functions of enqueue_message are those that orchestrators call', { skip: noPython }, async () => {
    const script = `
import enqueue_message as q
ids = q.enqueue_batch([{"agent_id": "f:1", "message": "a", "priority": 3}, {"agent_id": "f:1", "message": "b"}])
chain = q.enqueue_with_dependency_chain("f:1", ["c", "d"])
status = q.get_queue_status("f:1")
print(len(ids), chain[1] - chain[0], status["pending"], status["max_priority"], q.clear_agent_queue("f:1"), q.get_queue_status("f:1")["pending"], "active_agents" in q.get_queue_status())`;
    assert.deepEqual(run(['python3', '-c', script]), { exit: 0, last: '2 1 4 3 4 0 True' });
  });

  test('TmuxMessenger sends, and says whether the daemon has it', { skip: noPython }, async () => {
    const script = `
from tmux_messenger_hooks import TmuxMessenger
m = TmuxMessenger("/old", use_hooks=True)
print(m.send_message("m:1", "x", priority=2, project_name="p"), m.send_batch([{"target": "m:1", "message": "y"}]), m.send_command("m:1", "ls"), m.send_briefing("m:1", "b"), m.get_queue_stats()["total"] >= 4)`;
    assert.deepEqual(run(['python3', '-c', script]), { exit: 0, last: 'True True True True True' });
    const { text, priority } = await newest();
    assert.deepEqual([text, priority], ['b', 50]);
    const down = run(['python3', '-c', script.replace('["total"] >= 4', '')], {
      socket: folder.at('none.sock'),
    });
    assert.match(down.last, /^False False False False {'error'/);
    assert.match(run(['python3', 'tmux_messenger_hooks.py', 'm:1', 'x']).last, /^Queue stats: {'total'/);
  });

  test('setup_agent_hooks.py puts the hooks into a worktree and verifies them', { skip: noPython }, () => {
    mkdirSync(folder.at('tree'));
    const words = ['python3', 'setup_agent_hooks.py', folder.at('tree'), '--agent-id', 'h:1'];
    const set = run(words);
    assert.equal(set.exit, 0, set.last);
    assert.equal(set.last, 'Successfully set up hooks for h:1');
    assert.equal(run([...words, '--verify-only']).last, 'Successfully set up hooks for h:1');
    const wrong = run(['python3', 'setup_agent_hooks.py', folder.at('none/tree'), '--agent-id', 'h:1']);
    assert.deepEqual([wrong.exit, wrong.last.slice(0, 23)], [1, 'Error setting up hooks:']);
  });
});
