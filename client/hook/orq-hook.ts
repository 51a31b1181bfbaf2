#!/usr/bin/env node
/** The twin of orq-hook.c for machines without a compiler: the same bytes, the same silence. Self-contained, because its copy runs outside any package.
 * Bytes are latin1 strings throughout: one character, one byte. */
import { constants, existsSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { type Socket as Connection, Socket, connect } from 'node:net';

const VERSION = '0.1.0';
const USAGE = 'usage: orq-hook <Event>|wait [--socket PATH] [--agent ID]\n';
const STDIN_MAX_BYTES = 64 << 20;
const HEAD_MAX_BYTES = 16 << 10;
const BODY_MAX_BYTES = 1 << 20;
const MISSED_MAX_BYTES = 1 << 20;
const SOCKET_PATH_MAX_BYTES = 107;
const DEADLINE_MS = 1000;
const SESSION_END_DEADLINE_MS = 500;
const PARENT_CHECK_MS = 1000;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_LAST_MS = 5000;
const MACHINE_FOLDER = '/run/orq';
const DEV_NULL = (1 << 8) | 3;

type Answer = { readonly exitCode: 0 | 2; readonly token: string; readonly body: string };
type Call = { readonly event: string; readonly socketPath: string; readonly agent: string };

const parent = process.ppid;
let exitCode = 0;

function quit(): never {
  process.exit(exitCode);
}

function variable(name: string): string {
  return process.env[name] ?? '';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** That of the user's own daemon, else of the machine's service where that is this user's. */
function findSocket(given: string): string {
  const chosen = given || variable('ORQ_SOCKET');
  if (chosen) return chosen;
  const own = ownSocket();
  if (existsSync(own)) return own;
  const found = statSync(MACHINE_FOLDER, { throwIfNoEntry: false });
  return found?.isDirectory() && found.uid === process.getuid?.() ? `${MACHINE_FOLDER}/orq.sock` : own;
}

/** The first that is set decides, whether or not something listens there: client and daemon follow the same order. */
function ownSocket(): string {
  const userFolder = `/run/user/${process.getuid?.() ?? 0}`;
  const stateFolder = variable('XDG_STATE_HOME');
  if (variable('XDG_RUNTIME_DIR').startsWith('/')) return `${variable('XDG_RUNTIME_DIR')}/orq/orq.sock`;
  if (isFolder(userFolder)) return `${userFolder}/orq/orq.sock`;
  return `${stateFolder.startsWith('/') ? stateFolder : `${variable('HOME')}/.local/state`}/orq/orq.sock`;
}

async function readStdin(): Promise<string> {
  let body = '';
  process.stdin.setEncoding('latin1');
  for await (const piece of process.stdin as AsyncIterable<string>) {
    body += piece;
    if (body.length > STDIN_MAX_BYTES) quit();
  }
  return body;
}

function percentEncoded(byte: number): string {
  const sign = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~/:@,]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Percent-encoded, so that a name in any script is a legal header value; nothing where there is no value. */
function headerLine(name: string, value: string): string {
  return value ? `${name}: ${[...Buffer.from(value)].map(percentEncoded).join('')}\r\n` : '';
}

function buildRequest({ event, agent }: Call, body: string, deadlineMs: number | undefined): string {
  const head = [
    `POST /v1/hooks/${event} HTTP/1.1\r\nHost: orq\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`,
    `orq-client: ${VERSION}\r\norq-pid: ${parent}\r\n`,
    deadlineMs === undefined ? '' : `orq-deadline-ms: ${deadlineMs}\r\n`,
    headerLine('orq-agent', agent || variable('ORQ_AGENT')),
    headerLine('orq-tmux', variable('TMUX').replace(/(,[^,]*){1,2}$/, '')),
    headerLine('orq-pane', variable('TMUX_PANE')),
    headerLine('orq-claude-pid', variable('CLAUDE_PID')),
    headerLine('orq-entrypoint', variable('CLAUDE_CODE_ENTRYPOINT')),
    headerLine('orq-inbox', variable('CLAUDE_CODE_MESSAGING_SOCKET')),
    '\r\n',
  ].join('');
  if (head.length > HEAD_MAX_BYTES) quit();
  return head + body;
}

/** The head up to and with the blank line; undefined where it is not what a daemon of ours says. */
function readHead(head: string): { length: number; exitCode: 0 | 2; token: string } | undefined {
  const header = (name: string) => new RegExp(`\r\n${name}:[ \t]*(.*?)[ \t]*\r\n`, 'is').exec(head)?.[1];
  const length = header('content-length') ?? '';
  if (!/^HTTP\/1\.1 200[ \r]/.test(head) || header('transfer-encoding') !== undefined) return undefined;
  if (!/^\d{1,7}$/.test(length) || Number(length) > BODY_MAX_BYTES) return undefined;
  return {
    length: Number(length),
    exitCode: header('orq-exit') === '2' ? 2 : 0,
    token: header('orq-confirm') ?? '',
  };
}

/** Resolves with 'cut' where the connection ends before the answer does. */
function readAnswer(connection: Connection): Promise<Answer | 'cut' | 'garbage'> {
  return new Promise((resolve) => {
    let received = '';
    connection.setEncoding('latin1').on('data', (piece: string) => {
      received += piece;
      const end = received.slice(0, HEAD_MAX_BYTES).indexOf('\r\n\r\n');
      if (end < 0 && received.length < HEAD_MAX_BYTES) return;
      const head = end < 0 ? undefined : readHead(received.slice(0, end + 4));
      if (!head) resolve('garbage');
      else if (received.length >= end + 4 + head.length) {
        resolve({ ...head, body: received.slice(end + 4, end + 4 + head.length) });
      }
    });
    for (const ending of ['end', 'error', 'close']) connection.once(ending, () => resolve('cut'));
  });
}

/** Undefined where nothing takes the connection. A peer that half-closes after its answer still gets the confirmation. */
function connectDaemon(path: string): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const connection = connect({ path, allowHalfOpen: true }, () => resolve(connection));
    connection.on('error', () => resolve(undefined));
  });
}

/** An event that finds nobody leaves a byte beside the socket: the daemon counts them when it comes. */
function noteMissed(socketPath: string): void {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const fd = openSync(
      `${socketPath}.missed`,
      O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK,
      0o600,
    );
    if (fstatSync(fd).size < MISSED_MAX_BYTES) writeSync(fd, '.');
  } catch {
    // There is nobody to tell.
  }
}

/** False where not everything reached the pipe. Text for /dev/null, which Node also opens in place of a closed descriptor, reaches nobody. */
async function print(fd: 1 | 2, text: string): Promise<boolean> {
  if (text.length === 0) return true;
  try {
    const target = fstatSync(fd);
    if (target.isCharacterDevice() && target.rdev === DEV_NULL) return false;
    if (target.isFIFO() || target.isSocket()) {
      const stream = new Socket({ fd, readable: false, writable: true });
      return await new Promise((resolve) => {
        stream.on('error', () => resolve(false));
        stream.write(text, 'latin1', (error) => resolve(!error));
      });
    }
    for (let done = 0; done < text.length;) done += writeSync(fd, text.slice(done), null, 'latin1');
    return true;
  } catch {
    return false;
  }
}

async function deliver(connection: Connection, answer: Answer, confirms: boolean): Promise<void> {
  if (!(await print(answer.exitCode === 2 ? 2 : 1, answer.body))) return;
  exitCode = answer.exitCode;
  if (!confirms || !answer.token) return;
  await new Promise<void>((resolve) => {
    connection.once('close', resolve);
    const confirmation = `POST /v1/hooks/confirm HTTP/1.1\r\nHost: orq\r\nContent-Length: 0\r\norq-confirm: ${answer.token}\r\n\r\n`;
    connection.end(confirmation, 'latin1', resolve);
  });
}

async function deliverEvent(call: Call): Promise<void> {
  const limitMs = call.event === 'SessionEnd' ? SESSION_END_DEADLINE_MS : DEADLINE_MS;
  setTimeout(quit, limitMs - performance.now());
  const request = buildRequest(call, await readStdin(), Math.floor(performance.timeOrigin + limitMs));
  const connection = await connectDaemon(call.socketPath);
  if (!connection) return noteMissed(call.socketPath);
  connection.write(request, 'latin1');
  const answer = await readAnswer(connection);
  if (typeof answer === 'object' && performance.now() < limitMs) await deliver(connection, answer, true);
}

async function waitForRing(call: Call): Promise<void> {
  setInterval(() => process.ppid === parent || quit(), PARENT_CHECK_MS);
  const request = buildRequest(call, await readStdin(), undefined);
  let connection = await connectDaemon(call.socketPath);
  if (!connection) return;
  for (let delayMs = BACKOFF_FIRST_MS; ; delayMs = Math.min(delayMs * 2, BACKOFF_LAST_MS)) {
    const sinceMs = performance.now();
    connection?.write(request, 'latin1');
    const answer = connection ? await readAnswer(connection) : 'cut';
    if (connection && typeof answer === 'object') await deliver(connection, answer, false);
    if (answer !== 'cut') return;
    connection?.destroy();
    if (performance.now() - sinceMs > BACKOFF_LAST_MS) delayMs = BACKOFF_FIRST_MS;
    await new Promise((resolve) => setTimeout(resolve, (delayMs * (1 + Math.random())) / 2));
    connection = await connectDaemon(call.socketPath);
  }
}

/** Undefined where the words are no call. */
function readCall(words: string[]): Call | undefined {
  let [event, socketPath, agent] = ['', '', ''];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--socket' && at + 1 < words.length) socketPath = words[++at] ?? '';
    else if (word === '--agent' && at + 1 < words.length) agent = words[++at] ?? '';
    else if (!event && /^[A-Za-z]+$/.test(word)) event = word;
    else return undefined;
  }
  return event ? { event, socketPath: findSocket(socketPath), agent } : undefined;
}

async function main(words: string[]): Promise<void> {
  if (words[0] === '--version') writeSync(1, `orq-hook ${VERSION}\n`);
  else if (words[0] === '--help') writeSync(1, USAGE);
  else {
    const call = readCall(words);
    if (call) {
      if (Buffer.byteLength(call.socketPath) > SOCKET_PATH_MAX_BYTES) return;
      await (call.event === 'wait' ? waitForRing(call) : deliverEvent(call));
    } else if (!/^[A-Za-z]+$/.test(words[0] ?? '')) {
      writeSync(2, USAGE);
      exitCode = 2;
    }
  }
}

main(process.argv.slice(2)).then(quit, quit);
