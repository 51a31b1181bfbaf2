/** Call name → what answers it: one file each. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CallName } from '../../src/protocol/calls.ts';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { ack } from './ack.ts';
import { rebrief } from './rebrief.ts';
import { agentForget } from './agent-forget.ts';
import { agentName } from './agent-name.ts';
import { agentPause } from './agent-pause.ts';
import { agentRestart } from './agent-restart.ts';
import { agentRun } from './agent-run.ts';
import { agentStart } from './agent-start.ts';
import { agentStop } from './agent-stop.ts';
import { agentRestartPolicy } from './agent-restart-policy.ts';
import { agentResume } from './agent-resume.ts';
import { agentMode } from './agent-mode.ts';
import { agents } from './agents.ts';
import { backup } from './backup.ts';
import { cancel } from './cancel.ts';
import { counts } from './counts.ts';
import { deadDrop } from './dead-drop.ts';
import { deadList } from './dead-list.ts';
import { deadRedrive } from './dead-redrive.ts';
import { dequeue } from './dequeue.ts';
import { done } from './done.ts';
import { enqueue } from './enqueue.ts';
import { exportPage } from './export-page.ts';
import { extend } from './extend.ts';
import { health } from './health.ts';
import { importCommit } from './import-commit.ts';
import { importPage } from './import-page.ts';
import { list } from './list.ts';
import { maintenance } from './maintenance.ts';
import { maintenanceRun } from './maintenance-run.ts';
import { openapi } from './openapi.ts';
import { ping } from './ping.ts';
import { ready } from './ready.ts';
import { release } from './release.ts';
import { requeue } from './requeue.ts';
import { restartReport } from './restart-report.ts';
import { restarts } from './restarts.ts';
import { scheduleAdd } from './schedule-add.ts';
import { scheduleList } from './schedule-list.ts';
import { scheduleRemove } from './schedule-remove.ts';
import { show } from './show.ts';
import { stats } from './stats.ts';
import { status } from './status.ts';
import { why } from './why.ts';

/** What a route may know of the request besides its body. */
export interface RequestContext {
  readonly headers: IncomingHttpHeaders;
  /** A signal that aborts when the caller is gone; made only for calls that wait. */
  readonly ended: () => AbortSignal;
}

type Route<Name extends CallName> = (
  services: Services,
  request: RequestOf<Name>,
  context: RequestContext,
) => Promise<ReplyOf<Name>>;

export const ROUTES: { readonly [Name in CallName]: Route<Name> } = {
  enqueue,
  list,
  show,
  dequeue,
  ack,
  requeue,
  extend,
  cancel,
  deadList,
  deadRedrive,
  deadDrop,
  done,
  release,
  scheduleAdd,
  scheduleList,
  scheduleRemove,
  why,
  exportPage,
  importPage,
  importCommit,
  agents,
  agentName,
  rebrief,
  agentForget,
  agentPause,
  agentResume,
  agentMode,
  agentStart,
  agentStop,
  agentRestart,
  agentRun,
  agentRestartPolicy,
  restarts,
  restartReport,
  counts,
  stats,
  status,
  backup,
  maintenance,
  maintenanceRun,
  health,
  ready,
  ping,
  openapi,
};
