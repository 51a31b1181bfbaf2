import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedEnvironment, restartArgv } from '../../src/agents/start-command.ts';

test('a restart resumes the session under the options that the client was started with', () => {
  const argv = ['claude', '--model', 'opus', '--dangerously-skip-permissions', '--add-dir', '/a', '/b'];
  assert.deepEqual(restartArgv(argv, 's-2'), ['claude', '--resume', 's-2', ...argv.slice(1)]);
  assert.deepEqual(restartArgv(argv, null), argv);
});

test('neither an earlier session nor the first prompt is repeated', () => {
  const lines = [
    ['claude', '--resume', 's-1'],
    ['claude', '--resume=s-1', '--fork-session'],
    ['claude', '-c', 'fix the build'],
    ['claude', 'fix the build'],
    ['claude', '--session-id', 's-1', 'fix the build'],
    ['claude', '--resume', 's-1', '--', '--verbose'],
  ];
  for (const argv of lines) assert.deepEqual(restartArgv(argv, null), ['claude'], argv.join(' '));
  assert.deepEqual(restartArgv(['claude', '--verbose', 'fix it'], null), ['claude', '--verbose']);
  assert.deepEqual(restartArgv(['claude', '--model', 'opus', 'fix it'], null), ['claude', '--model', 'opus']);
});

test('a client that a runtime runs keeps its runtime', () => {
  const argv = ['node', '--max-old-space-size=100', '/x/claude-code/cli.js', '--ide', 'go'];
  assert.deepEqual(restartArgv(argv, 's'), [...argv.slice(0, 3), '--resume', 's', '--ide']);
});

test('of the environment nothing is kept that is not listed, or that could be a key', () => {
  const kept = {
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    ORQ_SOCKET: '/s',
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: '9',
  };
  const dropped = {
    ANTHROPIC_API_KEY: 'k',
    ANTHROPIC_AUTH_TOKEN: 't',
    CLAUDE_CODE_OAUTH_TOKEN: 't',
    CLAUDE_CODE_ENABLE_SECRET: 's',
    HTTPS_PROXY: 'http://me:pass@proxy:1',
    TMUX: '/t',
    CLAUDECODE: '1',
    ORQ_AGENT: 'other',
    MY_PASSWORD: 'p',
  };
  assert.deepEqual(allowedEnvironment({ ...kept, ...dropped }), kept);
  assert.deepEqual(allowedEnvironment({ HTTPS_PROXY: 'http://proxy:1' }), { HTTPS_PROXY: 'http://proxy:1' });
});
