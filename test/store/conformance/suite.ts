/** What any store must do, by topic; an adapter's test calls it with its own way to open an empty store. */
import { describe } from 'node:test';
import { judgeBootstrap } from './bootstrap.ts';
import { judgeAcknowledge } from './acknowledge.ts';
import { judgeAgentNames } from './agent-names.ts';
import { judgeAgents } from './agents.ts';
import { judgeChanges } from './changes.ts';
import { judgeBriefings } from './briefings.ts';
import { judgeBroadcast } from './broadcast.ts';
import type { OpenStore } from './client.ts';
import { judgeClockSteps } from './clock-steps.ts';
import { judgeContext } from './context.ts';
import { judgeConfirmation } from './confirmation.ts';
import { judgeDeadLetters } from './dead-letters.ts';
import { judgeDependencies } from './dependencies.ts';
import { judgeRelease } from './release.ts';
import { judgeDequeue } from './dequeue.ts';
import { judgeExports } from './exports.ts';
import { judgeEnqueue } from './enqueue.ts';
import { judgeExchange } from './exchange.ts';
import { judgeExtend } from './extend.ts';
import { judgeFailure } from './failure.ts';
import { judgeGuests } from './guests.ts';
import { judgeImportAgents } from './import-agents.ts';
import { judgeImports } from './imports.ts';
import { judgeIdempotency } from './idempotency.ts';
import { judgeLanes } from './lanes.ts';
import { judgeLook } from './look.ts';
import { judgeMetrics } from './metrics.ts';
import { judgeNotices } from './notices.ts';
import { judgeOrder } from './order.ts';
import { judgeOrderModel } from './order-model.ts';
import { judgeParts } from './parts.ts';
import { judgeRelocation } from './relocation.ts';
import { judgePause } from './pause.ts';
import { judgePush } from './push.ts';
import { judgeReferences } from './references.ts';
import { judgeLettingGo } from './letting-go.ts';
import { judgeStopping } from './stopping.ts';
import { judgeRestarts } from './restarts.ts';
import { judgeSchedules } from './schedules.ts';
import { judgeSessions } from './sessions.ts';
import { judgeThreads } from './threads.ts';
import { judgeTime } from './time.ts';

const TOPICS: readonly [name: string, judge: (openStore: OpenStore) => void][] = [
  ['enqueue', judgeEnqueue],
  ['idempotency', judgeIdempotency],
  ['order', judgeOrder],
  ['messages to a project', judgeBroadcast],
  ['lanes', judgeLanes],
  ['dependencies', judgeDependencies],
  ['what waits in vain', judgeRelease],
  ['lanes and dependencies', judgeOrderModel],
  ['dequeue', judgeDequeue],
  ['exchange and proof', judgeExchange],
  ['confirmation', judgeConfirmation],
  ['bootstrap', judgeBootstrap],
  ['context', judgeContext],
  ['briefings', judgeBriefings],
  ['parts', judgeParts],
  ['references', judgeReferences],
  ['push mode', judgePush],
  ['sessions', judgeSessions],
  ['guests', judgeGuests],
  ['agents and addresses', judgeAgents],
  ['where agents are', judgeRelocation],
  ['names of agents', judgeAgentNames],
  ['pausing agents', judgePause],
  ['ack, requeue, cancel, done', judgeAcknowledge],
  ['failure and back-off', judgeFailure],
  ['dead letters', judgeDeadLetters],
  ['notices of death', judgeNotices],
  ['extend', judgeExtend],
  ['show, list, counts', judgeLook],
  ['threads', judgeThreads],
  ['time', judgeTime],
  ['exports', judgeExports],
  ['imports', judgeImports],
  ['agents and schedules of imports', judgeImportAgents],
  ['steps of the clock', judgeClockSteps],
  ['schedules', judgeSchedules],
  ['restarts', judgeRestarts],
  ['letting go', judgeLettingGo],
  ['stopping', judgeStopping],
  ['changes', judgeChanges],
  ['figures', judgeMetrics],
];

export function judgeStore(openStore: OpenStore): void {
  for (const [name, judge] of TOPICS) describe(name, () => judge(openStore));
}
