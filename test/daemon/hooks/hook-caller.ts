/** A client of hooks as the daemon sees it: events over a connection of its own, with the headers that orq-hook would send. */
import { openConnection, type Connection, type HttpAnswer } from '../http-call.ts';

export interface HookFacts {
  readonly session: string;
  /** The process that runs the hooks; none: the daemon knows no process. */
  readonly pid?: number;
  readonly agent?: string;
  readonly entrypoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Heard {
  readonly exit: string | undefined;
  readonly body: string;
  readonly token: string | undefined;
  /** What the model would read; empty where the answer adds no context. */
  readonly context: string;
  /** Says on the same connection that the answer was printed, and ends it. */
  confirm(): Promise<void>;
  /** Ends the connection without a word. */
  drop(): void;
}

export interface HookCaller {
  readonly session: string;
  /** Sends one event; the connection stays until it is confirmed or dropped. */
  send(
    event: string,
    fields?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Heard>;
  /** Sends one event and confirms what it brought. */
  say(
    event: string,
    fields?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Heard>;
  /** Parks a waiter. */
  wait(): Promise<Heard>;
}

export function openHookCaller(socket: string, facts: HookFacts): HookCaller {
  const { session, pid, agent, entrypoint = 'cli', headers: always = {} } = facts;
  const base = {
    'orq-entrypoint': entrypoint,
    ...(pid !== undefined && { 'orq-pid': String(pid) }),
    ...(agent !== undefined && { 'orq-agent': encodeURIComponent(agent) }),
    ...always,
  };

  const send: HookCaller['send'] = async (event, fields = {}, headers = {}) => {
    const connection = openConnection(socket);
    const body = JSON.stringify({ session_id: session, cwd: '/work', hook_event_name: event, ...fields });
    const answer = await connection.call({
      path: `/v1/hooks/${event}`,
      body,
      headers: { ...base, ...headers },
    });
    return heard(connection, answer);
  };
  return {
    session,
    send,
    say: async (...words) => {
      const given = await send(...words);
      await given.confirm();
      return given;
    },
    wait: () => send('wait'),
  };
}

function heard(connection: Connection, { status, headers, text }: HttpAnswer): Heard {
  if (status !== 200) {
    connection.close();
    throw new Error(`hook answered ${status}: ${text}`);
  }
  const token = headers['orq-confirm']?.toString();
  if (token === undefined) connection.close();
  return {
    exit: headers['orq-exit']?.toString(),
    body: text,
    token,
    context: contextIn(text),
    confirm: async () => {
      if (token !== undefined)
        await connection.call({
          path: '/v1/hooks/confirm',
          headers: { 'orq-confirm': token, 'content-length': '0' },
        });
      connection.close();
    },
    drop: () => connection.close(),
  };
}

function contextIn(body: string): string {
  if (!body.startsWith('{')) return '';
  const { hookSpecificOutput } = JSON.parse(body) as { hookSpecificOutput?: { additionalContext?: string } };
  return hookSpecificOutput?.additionalContext ?? '';
}
