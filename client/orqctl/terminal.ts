/** What a command gets of its surroundings: the daemon's client, stdout for its answer, stderr for the rest. */
import { once } from 'node:events';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';
import { errorToJson } from '../../src/protocol/error-json.ts';
import type { OrqError } from '../../src/protocol/errors.ts';
import { createClient, type Client } from '../client.ts';
import { chooseSocket, ownSocket } from '../socket-path.ts';
import { spoolFolder } from '../spool.ts';
import { visibleLines } from './visible.ts';

export interface Terminal extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  /** What the process ends with where nothing fails. */
  exit: number;
  /** Width of the terminal in cells; undefined where stdout is none. */
  readonly columns: number | undefined;
  readonly colors: ReturnType<typeof createColors>;
  /** Path of the daemon's socket. */
  readonly socket: () => string;
  /** Where a daemon that this user starts would listen. */
  readonly ownSocket: () => string;
  /** Where a message is left while no daemon runs; undefined where that cannot be told. */
  readonly spoolFolder: () => string | undefined;
  /** The client, made at the first call. */
  readonly connect: () => Client;
  /** Whether the answer is to be JSON. */
  readonly isJson: () => boolean;
  /** Prints the reply as JSON, or what `human` makes of it. */
  readonly answer: (reply: unknown, human: () => string) => void;
  /** Prints a piece of a long answer as it is; resolves when there is room for more. */
  readonly stream: (piece: string) => Promise<void>;
  /** Prints a line for people before the answer is known; nothing where the answer is JSON. */
  readonly report: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Prints the error and what to try next. */
  readonly fail: (error: OrqError) => Promise<void>;
}

export function openTerminal(flags: () => { readonly socket?: string; readonly json?: true }): Terminal {
  const { env, stdout, stderr } = process;
  const isTerminal = isatty(stdout.fd);
  let client: Client | undefined;
  return {
    env,
    exit: 0,
    columns: isTerminal ? stdout.columns : undefined,
    colors: createColors(isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    socket: () => chooseSocket(flags().socket, env),
    ownSocket: () => ownSocket(flags().socket, env),
    spoolFolder: () => {
      const isNamed = Boolean(flags().socket || env['ORQ_SOCKET']);
      return spoolFolder({ socket: chooseSocket(flags().socket, env), isNamed }, env);
    },
    connect: () => (client ??= createClient(flags())),
    isJson: () => flags().json === true,
    answer: (reply, human) => void stdout.write(`${flags().json ? JSON.stringify(reply) : human()}\n`),
    stream: async (piece) => {
      if (!stdout.write(piece)) await once(stdout, 'drain');
    },
    report: (line) => void (flags().json || stdout.write(`${line}\n`)),
    warn: (line) => void stderr.write(`orqctl: ${visibleLines(line)}\n`),
    fail: async (error) => {
      const { adviceFor } = await import('./advice.ts');
      const advice = adviceFor(error);
      const lines = [`orqctl: ${error.message}`, ...(advice ? [`try: ${advice}`] : [])];
      stderr.write(`${flags().json ? JSON.stringify(errorToJson(error)) : visibleLines(lines.join('\n'))}\n`);
    },
    async [Symbol.asyncDispose]() {
      await client?.close();
    },
  };
}
