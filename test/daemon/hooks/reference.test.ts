import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { visible } from '../../../src/queue/fence.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from './hook-caller.ts';

const MIB = 1_048_576;
const HUGE = '[orq x] end of message 1\n\u001b[2J\u202e 😀\r\n'.repeat(30_000).slice(0, 700_000);

describe('a text that would take too many hooks', () => {
  const suite = suiteDaemon({ env: { ORQ_SWEEP_MS: '50' } });
  let number = 0;

  interface Scene {
    readonly cwd: string;
    readonly hooks: HookCaller;
    readonly id: number;
    readonly file: string;
    readonly turn: (event: string) => ReturnType<HookCaller['say']>;
  }

  /** A session in a worktree of its own, with a huge message for it. */
  async function scene(text = HUGE): Promise<Scene> {
    const agent = `huge-${++number}`;
    const cwd = suite.folder.at(agent);
    mkdirSync(join(cwd, '.claude'), { recursive: true });
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup', cwd });
    const { id } = await suite.client.enqueue({ agent, text });
    const turn = (event: string) => hooks.say(event, { prompt_id: 'p1', prompt: 'go', cwd });
    return { cwd, hooks, id, turn, file: join(cwd, `.claude/orq/message-${id}.txt`) };
  }

  it('stands in a file of the working directory for the owner alone, and the hook names it', async () => {
    const { cwd, id, turn, file } = await scene();
    const { context } = await turn('UserPromptSubmit');
    assert.ok(readFileSync(file, 'utf8') === visible(HUGE));
    const { size, mode } = statSync(file);
    assert.ok(context.includes(`has ${size} bytes and stands in the file .claude/orq/message-${id}.txt of`));
    assert.equal(mode & 0o777, 0o600);
    assert.equal(statSync(join(cwd, '.claude/orq')).mode & 0o777, 0o700);
    assert.equal(readFileSync(join(cwd, '.claude/orq/.gitignore'), 'utf8'), '*\n');
    assert.deepEqual(readdirSync(join(cwd, '.claude/orq')).toSorted(), ['.gitignore', `message-${id}.txt`]);
    const { receipts } = await suite.client.show({ id });
    assert.equal(receipts.find(({ kind }) => kind === 'injected')?.byReference, true);
  });

  it('stays in the file for the turn that saw it, and no longer', async () => {
    const { turn, file } = await scene('x'.repeat(MIB));
    await turn('UserPromptSubmit');
    await turn('PostToolBatch');
    const { id } = await suite.client.enqueue({ agent: 'somebody', text: 'a sweep later', delayMs: 1 });
    await until(async () => ((await suite.client.show({ id })).state === 'ready' ? true : undefined));
    assert.ok(existsSync(file));
    await turn('Stop');
    await until(() => (existsSync(file) ? undefined : true));
  });

  it('is written anew for the next turn where the one before did not prove it', async () => {
    const { hooks, cwd, turn, file } = await scene();
    await turn('UserPromptSubmit');
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p2', prompt: 'go', cwd });
    assert.match(context, /may have been delivered before/);
    assert.ok(readFileSync(file, 'utf8') === visible(HUGE));
  });

  it('has its file removed by the next daemon where this one died', async () => {
    const { turn, file } = await scene();
    await turn('UserPromptSubmit');
    await suite.daemon.kill9();
    await suite.daemon.restart({ ORQ_SWEEP_MS: '50' });
    await turn('SessionEnd');
    await until(() => (existsSync(file) ? undefined : true));
  });

  const obstacles: readonly [string, (at: Scene & { readonly outside: string }) => void][] = [
    [
      'a symbolic link stands for the folder',
      ({ cwd, outside }) => symlinkSync(outside, join(cwd, '.claude/orq')),
    ],
    [
      'a symbolic link stands for the file',
      ({ file, outside, cwd }) => {
        mkdirSync(join(cwd, '.claude/orq'));
        symlinkSync(join(outside, 'theirs'), file);
      },
    ],
    [
      'a file of that name is there',
      ({ file, cwd }) => {
        mkdirSync(join(cwd, '.claude/orq'));
        writeFileSync(file, 'theirs', { mode: 0o600 });
      },
    ],
    ['no folder can be made', ({ cwd }) => writeFileSync(join(cwd, '.claude/orq'), 'theirs')],
  ];
  for (const [what, put] of obstacles)
    it(`goes in parts where ${what}, and that stays as it is`, async () => {
      const at = await scene();
      const outside = suite.folder.at(`outside-${at.id}`);
      mkdirSync(outside);
      put({ ...at, outside });
      const { context } = await at.turn('UserPromptSubmit');
      assert.match(context, / part 1 of \d+, /);
      assert.deepEqual(readdirSync(outside), []);
      await suite.daemon.logged((log) => log.includes('file_not_written'));
      assert.match((await at.turn('PostToolBatch')).context, / part 2 of \d+, /);
      await at.hooks.say('SessionEnd');
      await suite.client.cancel({ id: at.id });
      const found = existsSync(at.file) && readFileSync(at.file, 'utf8');
      assert.equal(found, what.startsWith('a file') ? 'theirs' : false);
    });

  it('goes in parts where the session has no working directory any more', async () => {
    const { hooks } = await scene();
    const gone = { prompt_id: 'p1', prompt: 'go', cwd: suite.folder.at('gone') };
    assert.match((await hooks.say('UserPromptSubmit', gone)).context, / part 1 of \d+, /);
    assert.equal(existsSync(suite.folder.at('gone')), false);
  });
});
