/** Request and reply of the calls by which people look after agents. */
import Type from 'typebox';
import { DELIVERY_MODES, type DeliveryMode } from './agent.ts';
import { address, closed, id, name, orNull, state } from './fields.ts';

export const deliveryMode = Type.Unsafe<DeliveryMode>(Type.Enum([...DELIVERY_MODES]));

export const agentChoice = {
  agent: Type.Optional(address),
  project: Type.Optional(name),
  all: Type.Optional(Type.Boolean()),
};

const choice = Type.Object(agentChoice, closed);

const paused = Type.Object({
  agents: Type.Array(
    Type.Object({
      id: name,
      paused: Type.Boolean(),
      changed: Type.Boolean({ description: 'false: it was so before' }),
    }),
  ),
});

export const AGENT_SCHEMAS = {
  agentName: {
    request: Type.Object({ agent: address, name }, closed),
    reply: Type.Object({ agent: name, was: name }),
  },
  agentForget: {
    request: Type.Object({ agent: address, force: Type.Optional(Type.Boolean()) }, closed),
    reply: Type.Object({
      agent: name,
      undelivered: Type.Array(Type.Object({ id, agent: name, state }), {
        description: 'messages that wait on under its name',
      }),
    }),
  },
  rebrief: {
    request: Type.Object({ agent: address, dryRun: Type.Optional(Type.Boolean()) }, closed),
    reply: Type.Object({ agent: name, id: orNull(id), text: Type.String() }),
  },
  agentPause: { request: choice, reply: paused },
  agentResume: { request: choice, reply: paused },
  agentMode: {
    request: Type.Object(
      {
        mode: deliveryMode,
        agent: Type.Optional(address),
        project: Type.Optional(name),
        all: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    reply: Type.Object({ agents: Type.Array(Type.Object({ id: name, mode: deliveryMode })) }),
  },
} as const;
