/** How a client is started again: the same words without those of its first prompt and session, and of its environment only what is no secret. */

/** Options that name a session or begin another one; they give way to `--resume`. */
const SESSION_FLAGS: ReadonlySet<string> = new Set(['-c', '--continue', '--fork-session']);
const SESSION_OPTIONS: ReadonlySet<string> = new Set(['-r', '--resume', '--session-id']);

/** Options without a value, as far as they are known (Claude Code 2.1.330): what follows one of these is a prompt. */
const FLAGS: ReadonlySet<string> = new Set([
  '--dangerously-skip-permissions',
  '--allow-dangerously-skip-permissions',
  '--verbose',
  '--ide',
  '--strict-mcp-config',
  '--disable-slash-commands',
  '--bare',
  '--safe-mode',
  '--chrome',
  '--no-chrome',
  '--brief',
]);

/** Options with exactly one value; any other may have several. */
const SINGLE: ReadonlySet<string> = new Set([
  '--model',
  '--fallback-model',
  '--effort',
  '--settings',
  '--setting-sources',
  '--permission-mode',
  '--permission-prompt-tool',
  '--system-prompt',
  '--system-prompt-file',
  '--append-system-prompt',
  '--append-system-prompt-file',
  '--agent',
  '--agents',
  '-n',
  '--name',
  '--plugin-dir',
  '--debug-file',
]);

/** The command line for the next life: without first prompt, with the session that it is to resume. */
export function restartArgv(argv: readonly string[], sessionId: string | null): string[] {
  const at = argv.findIndex((word) => /(?:^|\/)(?:claude|cli\.m?js)$/.test(word));
  const head = argv.slice(0, Math.max(at, 0) + 1);
  const resume = sessionId === null ? [] : ['--resume', sessionId];
  return [...head, ...resume, ...lastingOptions(argv.slice(head.length))];
}

function lastingOptions(words: readonly string[]): string[] {
  const kept: string[] = [];
  let values = 0;
  let keeps = true;
  for (const word of words) {
    if (word === '--') break;
    if (!word.startsWith('-')) {
      if (values > 0 && keeps) kept.push(word);
      values = Math.max(0, values - 1);
      continue;
    }
    const name = word.split('=', 1)[0] ?? word;
    keeps = !SESSION_FLAGS.has(name) && !SESSION_OPTIONS.has(name);
    values = word.includes('=') || SESSION_FLAGS.has(name) || FLAGS.has(name) ? 0 : valuesOf(name);
    if (keeps) kept.push(word);
  }
  return kept;
}

function valuesOf(name: string): number {
  return SINGLE.has(name) || SESSION_OPTIONS.has(name) ? 1 : Number.MAX_SAFE_INTEGER;
}

const ALLOWED =
  /^(?:PATH|HOME|SHELL|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|EDITOR|VISUAL|PAGER|XDG_\w+|TMPDIR|VIRTUAL_ENV|CONDA_PREFIX|NVM_DIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|NO|ALL)_PROXY|CLAUDE_CONFIG_DIR|CLAUDE_CODE_(?:USE|DISABLE|ENABLE|MAX)_\w+|DISABLE_\w+|IS_SANDBOX|ANTHROPIC_(?:BASE_URL|MODEL|SMALL_FAST_MODEL)|AWS_(?:REGION|PROFILE)|CLOUD_ML_REGION|ORQ_(?:SOCKET|STATE_DIR))$/i;
const SECRET = /KEY|SECRET|PASSW|CREDENTIAL|TOKEN(?!S$)/i;
const URL_WITH_PASSWORD = /:\/\/[^/\s]*:[^/\s]*@/;

/** What may be recorded of a client's environment: an allow-list, and nothing that looks like a key or holds one. */
export function allowedEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => ALLOWED.test(name) && !SECRET.test(name) && !URL_WITH_PASSWORD.test(value),
    ),
  );
}

/** What a client tells its children of itself; a tmux server that was started inside one hands it to every pane. */
export const FOREIGN_VARIABLES: readonly string[] = [
  'CLAUDECODE',
  'CLAUDE_PID',
  'CLAUDE_ENV_FILE',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
];
