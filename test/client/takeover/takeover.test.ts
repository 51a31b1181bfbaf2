import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { makeLegacy, rowsOf, SHAPES, writeLegacyFile, type Shape } from '../../support/legacy-database.ts';
import { orqctl, type Ran } from '../orqctl/run-orqctl.ts';

interface Told {
  readonly backup: string | null;
  readonly report: {
    readonly shape: string;
    readonly rows: { id: number; agent: string; becomes: string }[];
    readonly tasks: { id: number; becomes: string; reason: string | null }[];
    readonly restarts: object[];
    readonly exhausted: object[];
    readonly left: Record<string, number>;
    readonly warnings: string[];
  };
  readonly imported: { created: number; known: number; schedules: number } | null;
}

const told = ({ stdout }: Ran): Told => JSON.parse(stdout) as Told;

const HAS_ROWS = (shape: Shape) => shape !== 'none' && shape !== 'lifted';

describe('a takeover', () => {
  let folder: TestFolder;
  let daemon: RunningDaemon;
  before(async () => {
    folder = testFolder();
    daemon = await startDaemon({ folder: folder.at('d') });
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  const run = (...words: string[]) => orqctl(['takeover', '--json', ...words], daemon);
  const old = (name: string): string => {
    mkdirSync(folder.at(name), { recursive: true });
    return folder.at(`${name}/task_queue.db`);
  };
  const handedOut = async (agent: string): Promise<string[]> => {
    const { stdout } = await orqctl(['dequeue', agent, '--max', '100', '--json'], daemon);
    return (JSON.parse(stdout) as { messages: { text: string }[] }).messages.map(({ text }) => text);
  };

  for (const shape of SHAPES)
    test(`of shape ${shape} brings what waits in its order, once, and changes no byte of the file`, async () => {
      const session = `s-${shape}`;
      const file = old(session);
      writeLegacyFile(file, shape, rowsOf(session));
      const bytes = readFileSync(file);
      const dry = told(await run('--dry-run', file));
      assert.equal(dry.report.shape, shape.replace('-long', ''));
      assert.deepEqual([dry.backup, dry.imported?.created], [null, HAS_ROWS(shape) ? 6 : 0]);
      const first = told(await run(file));
      assert.deepEqual([first.imported?.created, first.imported?.known], [HAS_ROWS(shape) ? 6 : 0, 0]);
      const again = told(await run(file));
      assert.deepEqual([again.imported?.created, again.imported?.known], [0, HAS_ROWS(shape) ? 6 : 0]);
      assert.deepEqual(first.report.rows, dry.report.rows);
      assert.deepEqual(readFileSync(file), bytes);
      assert.deepEqual(readdirSync(dirname(file)), ['task_queue.db']);
      assert.deepEqual(readFileSync(first.backup ?? ''), bytes);
      assert.equal(statSync(first.backup ?? '').mode & 0o777, 0o600);
      if (HAS_ROWS(shape)) {
        // v0 has no dependencies.
        const waits = shape === 'v0' ? ['waits'] : [];
        assert.deepEqual(await handedOut(`${session}:1`), ['urgent', 'pulled', 'first', 'second', ...waits]);
      }
    });

  test('reads what is only in the log beside the file, leaves log and file alone, and needs no right to write there', async () => {
    const file = old('wal');
    using db = closing(makeLegacy(file, 'v3', rowsOf('wal'), { wal: true }));
    const copy = old('wal-copy');
    for (const end of ['', '-wal']) copyFileSync(file + end, copy + end);
    assert.ok(db.open);
    const [bytes, log] = [readFileSync(copy), readFileSync(`${copy}-wal`)];
    assert.equal(told(await run(copy)).report.rows.length, 6);
    assert.deepEqual([readFileSync(copy), readFileSync(`${copy}-wal`)], [bytes, log]);
    assert.deepEqual(readdirSync(dirname(copy)).toSorted(), ['task_queue.db', 'task_queue.db-wal']);
  });

  test('waits for whoever has the file open: it is refused with the process, unless forced', async () => {
    const file = old('held');
    using db = closing(makeLegacy(file, 'v3', rowsOf('held'), { wal: true }));
    assert.ok(db.open);
    const { exit, stderr } = await run(file);
    assert.equal(exit, 8);
    assert.match(stderr, new RegExp(`is open in process .*${process.pid} \\(`));
    assert.equal(told(await run('--force', file)).imported?.created, 6);
  });

  test('of an empty file, as old hooks left it, finds nothing', async () => {
    const file = old('empty');
    writeFileSync(file, '');
    const { report, imported } = told(await run(file));
    assert.deepEqual([report.shape, report.rows, imported?.created], ['none', [], 0]);
    assert.equal(statSync(file).size, 0);
  });

  test('reads the files of the registry beside the database: names, projects, credit, restarts; a broken one is a warning', async () => {
    const file = old('reg');
    writeLegacyFile(file, 'v3', [{ id: 1, agent_session: 'reg:2', message: 'x' }]);
    const state = {
      session_name: 'reg',
      project_name: 'Reg',
      agents: {
        tester: {
          role: 'tester',
          window_index: 2,
          window_name: 'Tester',
          is_exhausted: true,
          credit_reset_time: '2199-01-01T00:00:00',
        },
      },
    };
    const files = {
      'registry/projects/reg/session_state.json': JSON.stringify(state),
      'registry/projects/broken/session_state.json': '{',
      'logs/hooks/restart_history.json': JSON.stringify({
        'reg:2': { attempts: 2, successes: 1, failures: 3, last_attempt: '2025-08-30T12:00:00' },
      }),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dirname(file), name)), { recursive: true });
      writeFileSync(join(dirname(file), name), content);
    }
    const { report } = told(await run(file));
    assert.deepEqual(report.restarts, [
      { agent: 'reg:Tester', attempts: 2, successes: 1, failures: 3, lastAtMs: Date.UTC(2025, 7, 30, 12) },
    ]);
    assert.equal(report.exhausted.length, 1);
    assert.match(report.warnings.join(), /broken\/session_state.json: is not JSON/);
    const { stdout } = await orqctl(['agents', '--json'], daemon);
    const { agents } = JSON.parse(stdout) as {
      agents: { id: string; project: string; addresses: string[]; ready: number }[];
    };
    const tester = agents.find(({ id }) => id === 'reg:Tester');
    assert.deepEqual([tester?.project, tester?.addresses, tester?.ready], ['Reg', ['reg:2'], 1]);
  });

  test('makes schedules and messages of the scheduler’s tasks', async () => {
    const file = old('tasks');
    mkdirSync(join(dirname(file), 'registry/projects/t'), { recursive: true });
    const state = { session_name: 't', agents: { lead: { window_index: 0, window_name: 'Lead' } } };
    writeFileSync(join(dirname(file), 'registry/projects/t/session_state.json'), JSON.stringify(state));
    const soonS = Date.now() / 1000 + 600;
    const task = {
      session_name: 't',
      agent_role: 'lead',
      window_index: 0,
      next_run: soonS,
      interval_minutes: 30,
      note: 'look',
    };
    writeLegacyFile(file, 'none', [], {
      tasks: [
        task,
        { ...task, interval_minutes: 60 },
        { ...task, note: 'late', next_run: 5, interval_minutes: 40 },
        { ...task, note: 'once', interval_minutes: 0 },
        { ...task, note: 'credit (credit backoff) (credit backoff)', interval_minutes: 80 },
        { ...task, note: 'parked', retry_count: -1 },
        { ...task, note: 'far', next_run: soonS + 366 * 86_400 },
        { ...task, note: 'Agent dev completed: x' },
        { ...task, note: 'gone', session_name: 'other' },
      ],
    });
    const { report, imported } = told(await run(file));
    assert.deepEqual(
      report.tasks.map(({ becomes, reason }) => reason ?? becomes),
      [
        'schedule',
        'the same as another one of this role',
        'overdue: runs once now',
        'message',
        'schedule',
        'parked after failures',
        'parked after failures',
        'a notice that somebody was done',
        'its session is gone',
      ],
    );
    assert.deepEqual([report.left, imported?.schedules, imported?.created], [{ project_queue: 1 }, 3, 2]);
    const { stdout } = await orqctl(['schedule', 'list', '--json'], daemon);
    const { schedules } = JSON.parse(stdout) as {
      schedules: { agent: string; text: string; everyMs: number; nextAtMs: number }[];
    };
    assert.deepEqual(
      schedules.map(({ agent, text, everyMs }) => [agent, text, everyMs / 60_000]),
      [
        ['t:Lead', 'SCHEDULED CHECK-IN: look', 30],
        ['t:Lead', 'SCHEDULED CHECK-IN: late', 40],
        ['t:Lead', 'SCHEDULED CHECK-IN: credit', 20],
      ],
    );
    assert.equal(schedules[0]?.nextAtMs, Math.round(soonS * 1000));
    assert.deepEqual(await handedOut('t:Lead'), ['SCHEDULED CHECK-IN: late']);
    assert.equal(told(await run(file)).imported?.schedules, 0);
  });

  test('tells people row by row what becomes what, and what was not taken over', async () => {
    const file = old('text');
    writeLegacyFile(file, 'none', [], {});
    const { stdout } = await orqctl(['takeover', file], daemon);
    assert.match(
      stdout,
      /shape none, 0 messages, 0 tasks\nproject_queue: 1 rows are not taken over\ncopy: .*\n0 messages and 0 schedules taken over\n$/,
    );
    writeLegacyFile(old('text2'), 'v3', rowsOf('text2'));
    const human = await orqctl(['takeover', '--dry-run', old('text2')], daemon);
    assert.match(human.stdout, /^4 +text2:1 +blocked +waits for row 2$/m);
    assert.match(human.stdout, /6 messages \(4 ready, 1 blocked, 1 delivered\)/);
    assert.match(human.stdout, /^6 messages and 0 schedules would be taken over$/m);
    assert.equal(human.stderr, '');
  });

  test('without a daemon is refused, a dry run is not', async () => {
    const file = old('down');
    writeLegacyFile(file, 'v3', rowsOf('down'));
    const nobody = { socket: folder.at('none.sock') };
    assert.equal((await orqctl(['takeover', file], nobody)).exit, 6);
    const dry = await orqctl(['takeover', '--dry-run', file], nobody);
    assert.equal(dry.exit, 0, dry.stderr);
    assert.match(dry.stdout, /no daemon runs/);
  });
});

function closing<T extends { close(): unknown }>(db: T): T & Disposable {
  return Object.assign(db, { [Symbol.dispose]: () => void db.close() });
}
