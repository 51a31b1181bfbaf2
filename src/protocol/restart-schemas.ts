/** Request and reply of the calls of restart accounting. */
import Type from 'typebox';
import { agentChoice } from './agent-schemas.ts';
import { address, atMs, closed, durationMs, id, name, orNull } from './fields.ts';
import {
  RESTART_CAUSES,
  RESTART_MODES,
  RESTART_OUTCOMES,
  type RestartCause,
  type RestartMode,
  type RestartOutcome,
} from './restart.ts';

const cause = Type.Unsafe<RestartCause>(Type.Enum([...RESTART_CAUSES]));
const mode = Type.Unsafe<RestartMode>(Type.Enum([...RESTART_MODES]));

export const Restart = Type.Object({
  id,
  agent: name,
  atMs,
  cause,
  detail: orNull(Type.String({ description: 'what was said of it' })),
  initiator: Type.String({ description: 'orq, supervisor or person' }),
  outcome: Type.Unsafe<RestartOutcome>(Type.Enum([...RESTART_OUTCOMES])),
  reason: orNull(Type.String()),
  attempt: Type.Integer({ description: 'which restart in a row; 0: none was tried' }),
  dueMs: orNull(atMs),
  untilMs: orNull(atMs),
  endedAtMs: orNull(atMs),
  pid: orNull(Type.Integer()),
});

const starting = Type.Object({
  agents: Type.Array(
    Type.Object({
      id: name,
      state: Type.String({ description: 'starting, alive, or unknown: nobody saw how it is started' }),
      dueMs: orNull(atMs),
    }),
  ),
});

export const RESTART_SCHEMAS = {
  agentStart: { request: Type.Object(agentChoice, closed), reply: starting },
  agentRestart: { request: Type.Object(agentChoice, closed), reply: starting },
  agentStop: {
    request: Type.Object(agentChoice, closed),
    reply: Type.Object({
      agents: Type.Array(
        Type.Object({
          id: name,
          pid: orNull(Type.Integer({ description: 'the client that was told to end; null: none ran' })),
        }),
      ),
    }),
  },
  agentRun: {
    request: Type.Object(
      {
        agent: name,
        argv: Type.Array(Type.String({ minLength: 1, maxLength: 100_000 }), { minItems: 1, maxItems: 1000 }),
        folder: Type.String({ minLength: 1, maxLength: 4096, pattern: '^/' }),
        environment: Type.Optional(Type.Record(Type.String(), Type.String())),
        tmuxSocket: Type.String({ minLength: 1, maxLength: 107, pattern: '^/' }),
        pane: Type.Optional(Type.String({ pattern: '^%\\d+$', description: 'its session gets the window' })),
        tmuxSession: Type.Optional(name),
        window: Type.Optional(name),
      },
      closed,
    ),
    reply: Type.Object({ agent: name, dueMs: atMs }),
  },
  restarts: {
    request: Type.Object(
      {
        agent: Type.Optional(address),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        beforeId: Type.Optional(id),
      },
      closed,
    ),
    reply: Type.Object({ restarts: Type.Array(Restart) }),
  },
  restartReport: {
    request: Type.Object(
      {
        agent: address,
        cause: Type.Optional(cause),
        error: Type.Optional(Type.String({ maxLength: 10_000, description: 'what the agent said' })),
        alive: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    reply: Type.Object({
      id: orNull(id),
      agent: name,
      cause,
      verdict: Type.String({ description: 'restart, after, hold or nothing' }),
      reason: orNull(Type.String()),
      afterMs: orNull(durationMs),
      untilMs: orNull(atMs),
    }),
  },
  agentRestartPolicy: {
    request: Type.Object(
      {
        ...agentChoice,
        mode,
        limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
        windowMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 31_536_000_000 })),
      },
      closed,
    ),
    reply: Type.Object({ agents: Type.Array(Type.Object({ id: name, mode })) }),
  },
} as const;
