/** Replies of a daemon, whole, for tests to vary. */
import type { Agent, Enqueued, LeasedMessage, ReplyOf, ShownMessage } from '../../../client/index.ts';

export const ENQUEUED: Enqueued = {
  id: 42,
  agent: 'work:1',
  state: 'ready',
  created: true,
  agentKnown: true,
};

export const MOVED: ReplyOf<'ack'> = { id: 42, agent: 'work:1', state: 'delivered' };

export const EXTENDED: ReplyOf<'extend'> = {
  ...MOVED,
  state: 'leased',
  leaseToken: 3,
  leaseUntilMs: Date.now() + 1_800_500,
};

export const SHOWN: ShownMessage = {
  id: 42,
  agent: 'work:1',
  state: 'delivered',
  priority: 10,
  sequence: 7,
  from: 'lead',
  project: null,
  scope: 'agent',
  after: [],
  onDependencyFailure: null,
  dependencyUntilMs: null,
  threadId: null,
  replyTo: null,
  idempotencyKey: 'k1',
  wake: 'now',
  text: 'the build is red',
  attempts: 1,
  failures: 0,
  open: false,
  enqueuedAtMs: 1_900_000_000_000,
  readyAtMs: 1_900_000_000_000,
  expiresAtMs: null,
  endedAtMs: 1_900_000_002_000,
  reason: null,
  lease: null,
  waiting: null,
  receipts: [
    { kind: 'queued', atMs: 1_900_000_000_000, session: null, event: null },
    { kind: 'injected', atMs: 1_900_000_001_000, session: 's-1', event: 'UserPromptSubmit' },
    { kind: 'seen', atMs: 1_900_000_002_000, session: 's-1', event: 'Stop' },
  ],
};

export const LEASED: LeasedMessage = {
  id: 42,
  leaseToken: 3,
  agent: 'work:1',
  text: 'the build is red',
  priority: 10,
  from: 'lead',
  project: null,
  threadId: null,
  replyTo: null,
  attempts: 2,
  enqueuedAtMs: 1_900_000_000_000,
  mayHaveBeenSeen: true,
  leaseUntilMs: Date.now() + 300_500,
};

export const AGENT: Agent = {
  id: 'work:1',
  project: null,
  state: 'idle',
  mode: 'pull',
  session: 's-1',
  pid: 100,
  clientVersion: null,
  tmux: '/tmp/tmux-1000/default',
  pane: '%3',
  addresses: ['work:1'],
  waiter: true,
  guests: 0,
  restarts: 0,
  ready: 1,
  leased: 2,
  open: 3,
  lastEvent: 'Stop',
  lastSeenMs: 1_900_000_000_000,
  waiting: { reason: 'held: human typing', sinceMs: 1_900_000_000_000, nextTryMs: null },
};

export const STATUS: ReplyOf<'status'> = {
  version: '0.1.0',
  pid: 100,
  startedAtMs: 1_900_000_000_000,
  socket: '/run/orq.sock',
  stateDir: '/var/lib/orq',
  database: {
    journalMode: 'wal',
    synchronous: 2,
    sizeBytes: 1_048_576,
    walBytes: 0,
    isFull: false,
    lock: null,
  },
  messages: { ready: 1, scheduled: 0, blocked: 0, leased: 0, delivered: 5, dead: 0, cancelled: 0 },
  agents: { known: 2, bound: 1, waiters: 1 },
  hookClient: 'native',
  log: { level: 'info', file: null },
  tmux: { version: '3.4', servers: [] },
  spool: { waiting: 0, rejected: 0, stuck: 0 },
};

export const RESTART: ReplyOf<'restarts'>['restarts'][number] = {
  id: 9,
  agent: 'api',
  atMs: Date.now() - 65_000,
  cause: 'crashed',
  detail: null,
  initiator: 'orq',
  outcome: 'held',
  reason: 'crash loop: 5 restarts in 600000 ms',
  attempt: 0,
  dueMs: null,
  untilMs: null,
  endedAtMs: null,
  pid: null,
};

export const SCHEDULE: ReplyOf<'scheduleAdd'> = {
  id: 7,
  agent: 'work:1',
  name: 'build',
  cron: null,
  everyMs: 1_800_000,
  zone: 'UTC',
  catchUp: 'skip',
  text: 'look',
  priority: 0,
  from: 'work:1',
  project: null,
  wake: 'now',
  ttlMs: null,
  createdAtMs: 1_900_000_000_000,
  nextAtMs: 1_900_001_800_000,
  lastTickMs: null,
  error: null,
  created: true,
};
