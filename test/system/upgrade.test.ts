/** An upgrade under agents that run, and the way back: hook clients of an older orq, a database that the newer one migrates. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { createClient, ERRORS, type Client } from '../../client/index.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { NATIVE, type HookClient } from '../client/hook/clients.ts';
import { orqctl } from '../client/orqctl/run-orqctl.ts';
import { httpCall } from '../daemon/http-call.ts';
import { runDaemon } from '../daemon/run-daemon.ts';
import { PACKAGE } from '../docs/documents.ts';
import { messagesIn } from '../soak/agents.ts';
import { daemonEnvironment, startDaemon } from '../support/daemon.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const OLDER = '0.0.7';

const AGENTS = 30;

const names = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`);

/** This client under an older version's number, which is all that daemons are told of it. */
function olderClient(folder: TestFolder): HookClient {
  const [source, path] = [folder.at('orq-hook.c'), folder.at('orq-hook')];
  const text = readFileSync(join(PACKAGE, 'client/hook/orq-hook.c'), 'utf8');
  writeFileSync(source, text.replace(`#define VERSION "${VERSION}"`, `#define VERSION "${OLDER}"`));
  const { status, stderr } = spawnSync(
    process.env['CC'] ?? 'cc',
    ['-std=c11', '-O2', '-I', join(PACKAGE, 'client/hook'), '-o', path, source],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return { name: 'older', path, words: [] };
}

/** This orq with one migration more: what a newer version is to a database. Its words go in front of the daemon. */
function newerPackage(folder: TestFolder): { readonly under: readonly string[] } {
  const newer = folder.at('newer');
  mkdirSync(newer);
  for (const part of ['dist/src', 'dist/daemon', 'dist/client', 'migrations', 'package.json'])
    cpSync(join(PACKAGE, part), join(newer, part), { recursive: true });
  symlinkSync(join(PACKAGE, 'node_modules'), join(newer, 'node_modules'));
  const last = readdirSync(join(newer, 'migrations')).length;
  const number = String(last + 1).padStart(4, '0');
  writeFileSync(
    join(newer, `migrations/${number}-trial.sql`),
    'CREATE TABLE trial (id INTEGER PRIMARY KEY) STRICT;',
  );
  const main = join(newer, 'dist/daemon/main.js');
  const wrapper = folder.at('newer.sh');
  writeFileSync(wrapper, `#!/bin/sh\nnode=$1\nshift 2\nexec "$node" "${main}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  return { under: [wrapper] };
}

/**
 * An agent: a process that lives as long as the test wants, and runs hooks as its children. It is a copy of the shell under another name,
 * because the daemon takes no shell for a client.
 */
const LIFE = `
while read -r event in out; do
  case $event in
    park) "$HOOK" wait <"$in" >"$out.bell" 2>&1 & echo 0 ;;
    *) "$HOOK" "$event" <"$in" >"$out"; echo $? ;;
  esac
done`;

interface Agent extends Disposable {
  readonly name: string;
  /** Resolves with the ids of the messages that the hook printed. */
  happen(event: string, prompt: string): Promise<number[]>;
  /** Starts a waiter, which the daemon hears of by itself. */
  park(): Promise<void>;
  /** Resolves when the waiter has rung. */
  rung(): Promise<true>;
}

function startAgent(program: string, hook: HookClient, folder: TestFolder, name: string): Agent {
  const environment = { ...daemonEnvironment(folder.path), HOOK: hook.path, ORQ_AGENT: name };
  const life = spawn(program, ['-c', LIFE], {
    env: { ...environment, CLAUDE_CODE_ENTRYPOINT: 'cli' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: life.stdout })[Symbol.asyncIterator]();
  const [input, output] = [folder.at(`${name}.in`), folder.at(`${name}.out`)];
  const ask = async (event: string, prompt: string): Promise<number> => {
    const fields = { session_id: name, cwd: '/', hook_event_name: event, prompt_id: prompt, prompt: 'x' };
    writeFileSync(input, JSON.stringify(fields));
    life.stdin.write(`${event} ${input} ${output}\n`);
    const { value } = (await lines.next()) as { value: string };
    return Number(value);
  };
  return {
    name,
    happen: async (event, prompt) => {
      assert.equal(await ask(event, prompt), 0);
      const text = readFileSync(output, 'utf8');
      if (text === '') return [];
      const { hookSpecificOutput } = JSON.parse(text) as {
        hookSpecificOutput?: { additionalContext?: string };
      };
      return messagesIn(hookSpecificOutput?.additionalContext ?? '').map(({ id }) => id);
    },
    park: async () => void (await ask('park', '')),
    rung: () =>
      until(() => readFileSync(`${output}.bell`, 'utf8').includes('mail waiting') || undefined, 20_000),
    [Symbol.dispose]: () => void life.kill('SIGKILL'),
  };
}

const allParked = (client: Client) =>
  until(async () => {
    const { agents } = await client.agents({});
    return agents.filter(({ waiter }) => waiter).length === AGENTS || undefined;
  }, 60_000);

describe('an upgrade', { timeout: 300_000, skip: NATIVE ? false : 'no C compiler' }, () => {
  it(`under ${AGENTS} agents loses nothing, rings their older waiters, and can be taken back`, async () => {
    await using folder = testFolder();
    const older = olderClient(folder);
    const newer = newerPackage(folder);
    await using before = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: before.socket });
    const send = async (text: string): Promise<Map<string, number>> => {
      const sent = await client.enqueue(names.map((agent) => ({ agent, text, wake: 'later' as const })));
      return new Map(sent.map(({ agent, id }) => [agent, id]));
    };
    const program = folder.at('claude');
    copyFileSync('/bin/sh', program);
    const agents = names.map((name) => startAgent(program, older, folder, name));
    using _agents = {
      [Symbol.dispose]: () => {
        for (const agent of agents) agent[Symbol.dispose]();
      },
    };
    const each = async <T>(act: (agent: Agent) => Promise<T>): Promise<T[]> => {
      const done: T[] = [];
      for (const agent of agents) done.push(await act(agent));
      return done;
    };
    /** A hook that a busy machine keeps from its deadline prints nothing: its agent's next one does. */
    const given = (event: string, prompt: string): Promise<number[][]> =>
      each(async (agent) => {
        let next = event;
        return until(async () => {
          const ids = await agent.happen(next, prompt);
          next = 'PostToolBatch';
          return ids.length > 0 ? ids : undefined;
        }, 20_000);
      });

    // Each is in the middle of a turn that was given one message; another waits.
    await each((agent) => agent.happen('SessionStart', ''));
    const first = await send('before the upgrade');
    assert.deepEqual(
      (await given('UserPromptSubmit', 'p')).flat().toSorted((a, b) => a - b),
      [...first.values()].toSorted((a, b) => a - b),
    );
    await each((agent) => agent.park());
    await allParked(client);
    const second = await send('while it stops');

    assert.equal(await before.stop(), 0);
    await using after = await startDaemon({ folder: folder.path, under: newer.under });
    const copies = readdirSync(join(after.stateDir, 'backups')).filter((name) =>
      /^before-\d{4}-trial-/.test(name),
    );
    assert.equal(copies.length, 1, 'a copy from before the migration');
    await allParked(client);
    assert.equal((await client.counts({})).leased, AGENTS, 'leases of living sessions outlive the upgrade');

    // The turn goes on under the newer daemon: it proves what the older one had given.
    const seen = await given('PostToolBatch', 'p');
    assert.deepEqual(
      seen.map(([id]) => id),
      names.map((agent) => second.get(agent)),
    );
    await until(async () => {
      await each((agent) => agent.happen('Stop', 'p'));
      return (await client.counts({})).delivered === 2 * AGENTS || undefined;
    }, 60_000);
    const third = await client.enqueue(names.map((agent) => ({ agent, text: 'after the upgrade' })));
    await each((agent) => agent.rung());
    const last = await given('UserPromptSubmit', 'q');
    assert.deepEqual(
      last.flat().toSorted((a, b) => a - b),
      third.map(({ id }) => id).toSorted((a, b) => a - b),
    );

    // Back: the older orq refuses what the newer one wrote, and takes the copy from before.
    assert.equal(await after.stop(), 0);
    const env = { ORQ_STATE_DIR: after.stateDir };
    assert.equal((await runDaemon(folder.path, { env })).code, ERRORS.database_newer.exit);
    const copy = join(after.stateDir, 'backups', copies[0] ?? '');
    const restored = await orqctl(['restore', copy], { env });
    assert.equal(restored.exit, 0, restored.stderr);
    await before.restart();
    const { ready, leased, delivered } = await client.counts({});
    assert.deepEqual({ ready, leased, delivered }, { ready: AGENTS, leased: AGENTS, delivered: 0 });
    const again = await given('PostToolBatch', 'p');
    assert.deepEqual(
      again.map(([id]) => id),
      names.map((agent) => second.get(agent)),
    );
  });

  it('is told to every client: each answer says the version of its daemon, and an unknown protocol is refused', async () => {
    await using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const older = { 'orq-client': OLDER, 'orq-client-version': OLDER };
    const asked = (path: string) => httpCall(daemon.socket, { method: 'GET', path, headers: older });
    const { status, headers } = await asked('/v1/ping');
    assert.deepEqual([status, headers['orq-version']], [200, VERSION]);
    const hook = {
      path: '/v1/hooks/Stop',
      body: '{"session_id":"s","hook_event_name":"Stop"}',
      headers: older,
    };
    assert.equal((await httpCall(daemon.socket, hook)).headers['orq-version'], VERSION);
    const refused = await asked('/v9/ping');
    assert.equal(refused.status, ERRORS.unsupported_version.status);
    assert.match(refused.text, /protocol 9: this daemon \(.*\) speaks 1/);
  });
});
