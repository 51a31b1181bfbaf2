/** How many durable exchanges the daemon does beside how many pings, over the same connections in the same run. */
import { get, measureRate, openConnection, post, type Connection, type Rate } from './load.ts';

export interface ExchangeRates {
  readonly ping: Rate;
  /** ack + lease by /v1/dequeue. */
  readonly dequeue: Rate;
  /** ack + lease by a hook, and the confirmation that goes with it. */
  readonly hook: Rate;
}

const CONNECTIONS = 64;
const TEXT = 'please look at the failing test in the parser and say what you find '.repeat(3);
/** Two of these do not fit one injected value, so that each hook exchange leases one message. */
const LONG_TEXT = 'x'.repeat(4_400);

/** `roundMs` of each, interleaved `rounds` times; the medians of the rounds count. */
export async function measureExchangeRates(
  socket: string,
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<ExchangeRates> {
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(socket)));
  const measured: ExchangeRates[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const ping = await measureRate(
        connections.map((connection) => async () => (await connection.ask(get('/v1/ping'))).length === 1),
        roundMs,
      );
      await fill(connections, (index) => `consumer ${index}`, TEXT, 400);
      const dequeue = await measureRate(connections.map(dequeuer), roundMs);
      await fill(connections, (index) => `agent-${index}`, LONG_TEXT, 150);
      const hook = await measureRate(
        await Promise.all(connections.map((connection, index) => hookClient(connection, index, round))),
        roundMs,
      );
      measured.push({ ping, dequeue, hook });
    }
  } finally {
    for (const connection of connections) connection.close();
  }
  const median = (of: (rates: ExchangeRates) => Rate): Rate => {
    const sorted = measured.map(of).toSorted((a, b) => a.perSecond - b.perSecond);
    const middle = sorted[Math.floor(sorted.length / 2)];
    if (!middle) throw new Error('nothing was measured');
    return middle;
  };
  return {
    ping: median(({ ping }) => ping),
    dequeue: median(({ dequeue }) => dequeue),
    hook: median(({ hook }) => hook),
  };
}

async function fill(
  connections: readonly Connection[],
  agentOf: (index: number) => string,
  text: string,
  count: number,
): Promise<void> {
  await Promise.all(
    connections.map(async (connection, index) => {
      const messages = Array.from({ length: count }, () => ({ agent: agentOf(index), text, wake: 'later' }));
      await connection.ask(post('/v1/messages', JSON.stringify(messages)));
    }),
  );
}

function dequeuer(connection: Connection, index: number): () => Promise<boolean> {
  let ack: { id: number; leaseToken: number }[] = [];
  return async () => {
    const [answer] = await connection.ask(
      post('/v1/dequeue', JSON.stringify({ agent: `consumer ${index}`, ack })),
    );
    const { messages } = JSON.parse(answer?.body ?? '{}') as {
      messages: { id: number; leaseToken: number }[];
    };
    ack = messages.map(({ id, leaseToken }) => ({ id, leaseToken }));
    return messages.length > 0;
  };
}

async function hookClient(
  connection: Connection,
  index: number,
  round: number,
): Promise<() => Promise<boolean>> {
  const event = (name: string): string =>
    JSON.stringify({
      hook_event_name: name,
      session_id: `session ${index}`,
      prompt_id: `prompt ${round}`,
      cwd: '/',
    });
  const headers = `orq-agent: agent-${index}\r\n`;
  await connection.ask(
    post(
      '/v1/hooks/UserPromptSubmit',
      JSON.stringify({ ...JSON.parse(event('UserPromptSubmit')), prompt_id: `prompt ${round}` }),
      `${headers}orq-deadline-ms: 1\r\n`,
    ),
  );
  const exchange = post('/v1/hooks/PostToolBatch', event('PostToolBatch'), headers);
  let confirm = '';
  return async () => {
    const answers = await connection.ask(confirm + exchange, confirm === '' ? 1 : 2);
    const token = /orq-confirm: (\S+)/i.exec(answers.at(-1)?.head ?? '')?.[1];
    confirm = token === undefined ? '' : post('/v1/hooks/confirm', '', `orq-confirm: ${token}\r\n`);
    return token !== undefined;
  };
}
