/** How many durable exchanges the daemon does beside how many pings, over the same connections in the same run. */
import { measureRate, openConnection, type Connection, type Rate } from './load.ts';

export interface ExchangeRates {
  readonly ping: Rate;
  /** ack + lease in one transaction, by /v1/dequeue. */
  readonly dequeue: Rate;
  /** ack + lease in one transaction, by a hook; its confirmation is a request of its own and not counted. */
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
  const connections = Array.from({ length: CONNECTIONS }, () => openConnection(socket));
  const measured: ExchangeRates[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const pinger = (connection: Connection) => async () =>
        (await connection.ask('GET', '/v1/ping')).body !== '';
      const ping = await measureRate(connections.map(pinger), roundMs);
      await fill(connections, (index) => `consumer ${index}`, TEXT, roundMs / 5);
      const dequeue = await measureRate(connections.map(dequeuer), roundMs);
      await fill(connections, (index) => `agent-${index}`, LONG_TEXT, roundMs / 10);
      const hooks = await Promise.all(
        connections.map((connection, index) => hookClient(connection, index, round)),
      );
      const hook = await measureRate(hooks, roundMs);
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

/** `count` messages for each agent, stored as they come in a fleet: one agent after the other, not one agent's all at once. */
async function fill(
  connections: readonly Connection[],
  agentOf: (index: number) => string,
  text: string,
  count: number,
): Promise<void> {
  const [first] = connections;
  const batch = JSON.stringify(
    connections.map((_, index) => ({ agent: agentOf(index), text, wake: 'later' })),
  );
  for (let stored = 0; stored < count; stored += 1) await first?.ask('POST', '/v1/messages', batch);
}

function dequeuer(connection: Connection, index: number): () => Promise<boolean> {
  let ack: { id: number; leaseToken: number }[] = [];
  return async () => {
    const { body } = await connection.ask(
      'POST',
      '/v1/dequeue',
      JSON.stringify({ agent: `consumer ${index}`, ack }),
    );
    const { messages } = JSON.parse(body) as { messages: { id: number; leaseToken: number }[] };
    ack = messages.map(({ id, leaseToken }) => ({ id, leaseToken }));
    return messages.length > 0;
  };
}

async function hookClient(
  connection: Connection,
  index: number,
  round: number,
): Promise<() => Promise<boolean>> {
  const event = (name: string) =>
    JSON.stringify({
      hook_event_name: name,
      session_id: `session ${index}`,
      prompt_id: `prompt ${round}`,
      cwd: '/',
    });
  const headers = { 'orq-agent': `agent-${index}` };
  // A deadline that is over: the turn begins, and nothing is handed out before the measure.
  await connection.ask('POST', '/v1/hooks/UserPromptSubmit', event('UserPromptSubmit'), {
    ...headers,
    'orq-deadline-ms': '1',
  });
  return async () => {
    const { token } = await connection.ask(
      'POST',
      '/v1/hooks/PostToolBatch',
      event('PostToolBatch'),
      headers,
    );
    if (token === undefined) return false;
    await connection.ask('POST', '/v1/hooks/confirm', '', { 'orq-confirm': token });
    return true;
  };
}
