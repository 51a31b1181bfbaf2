/** The one table of calls: name → method, path and a sentence. Routes, client types and the OpenAPI document come from it. */

type CallSpec = { readonly method: 'GET' | 'POST'; readonly path: string; readonly summary: string };

/** A name in a path (`:id`) is a field of the call's request; a GET's other fields travel in the query, a POST's as the JSON body. */
export const CALLS = {
  enqueue: { method: 'POST', path: '/v1/messages', summary: 'Store one message, or many atomically' },
  list: { method: 'GET', path: '/v1/messages', summary: 'List messages' },
  show: { method: 'GET', path: '/v1/messages/:id', summary: 'Show a message with its receipts' },
  dequeue: {
    method: 'POST',
    path: '/v1/dequeue',
    summary: 'Lease the next messages of an agent without hooks',
  },
  ack: { method: 'POST', path: '/v1/ack', summary: 'Say that a message was seen' },
  requeue: { method: 'POST', path: '/v1/requeue', summary: 'Give a leased message back to its agent' },
  extend: { method: 'POST', path: '/v1/extend', summary: 'Keep a leased message for longer' },
  cancel: { method: 'POST', path: '/v1/cancel', summary: 'Withdraw a message' },
  deadList: { method: 'GET', path: '/v1/dead', summary: 'List messages that were given up' },
  deadRedrive: {
    method: 'POST',
    path: '/v1/dead/redrive',
    summary: 'Make messages ready again that were given up',
  },
  deadDrop: { method: 'POST', path: '/v1/dead/drop', summary: 'Give messages up for good' },
  done: { method: 'POST', path: '/v1/done', summary: 'Say that what a message asked for is done' },
  release: {
    method: 'POST',
    path: '/v1/release',
    summary: 'Let a message go that was held back, or waits in vain',
  },
  scheduleAdd: { method: 'POST', path: '/v1/schedules', summary: 'Send a message again and again' },
  scheduleList: { method: 'GET', path: '/v1/schedules', summary: 'List schedules' },
  scheduleRemove: { method: 'POST', path: '/v1/schedules/remove', summary: 'End a schedule' },
  why: { method: 'GET', path: '/v1/why', summary: 'Tell why a message or an agent waits' },
  exportPage: {
    method: 'GET',
    path: '/v1/export',
    summary: 'Read messages with all that is needed to store them elsewhere',
  },
  importPage: { method: 'POST', path: '/v1/import/page', summary: 'Bring a page of messages from elsewhere' },
  importCommit: {
    method: 'POST',
    path: '/v1/import/commit',
    summary: 'Store the pages of an import, all or nothing',
  },
  agents: { method: 'GET', path: '/v1/agents', summary: 'List agents with their sessions and queues' },
  agentName: { method: 'POST', path: '/v1/agents/name', summary: 'Give an agent another name' },
  rebrief: { method: 'POST', path: '/v1/rebrief', summary: 'Tell an agent again what it has to know' },
  agentForget: { method: 'POST', path: '/v1/agents/forget', summary: 'Forget an agent that is gone' },
  agentPause: { method: 'POST', path: '/v1/agents/pause', summary: 'Hold back mail and rings of agents' },
  agentResume: {
    method: 'POST',
    path: '/v1/agents/resume',
    summary: 'Let paused agents have their mail again',
  },
  agentMode: {
    method: 'POST',
    path: '/v1/agents/mode',
    summary: 'Switch how agents get their messages: pulled by their hooks, or typed into their panes',
  },
  agentStart: { method: 'POST', path: '/v1/agents/start', summary: 'Start agents that do not run' },
  agentStop: { method: 'POST', path: '/v1/agents/stop', summary: 'End the clients of agents' },
  agentRestart: {
    method: 'POST',
    path: '/v1/agents/restart',
    summary: 'End the clients of agents and start them again',
  },
  agentRun: { method: 'POST', path: '/v1/agents/run', summary: 'Start a new agent in a tmux window' },
  agentRestartPolicy: {
    method: 'POST',
    path: '/v1/agents/restart-policy',
    summary: 'Say whether agents that crash are started again',
  },
  restarts: { method: 'GET', path: '/v1/restarts', summary: 'List crashes, restarts, refusals and holds' },
  restartReport: {
    method: 'POST',
    path: '/v1/restarts',
    summary: 'Ask whether an agent is to be started again',
  },
  counts: { method: 'GET', path: '/v1/counts', summary: 'Count messages by state, in all or for one agent' },
  status: { method: 'GET', path: '/v1/status', summary: 'Show what the daemon is and how it is' },
  backup: { method: 'POST', path: '/v1/backup', summary: 'Copy the database while it is in use' },
  maintenance: {
    method: 'GET',
    path: '/v1/maintenance',
    summary: 'Show what is done for the database by the clock',
  },
  maintenanceRun: {
    method: 'POST',
    path: '/v1/maintenance/run',
    summary: 'Do one work of maintenance now',
  },
  stats: { method: 'GET', path: '/v1/stats', summary: 'Show how fast and how often things happened' },
  health: { method: 'GET', path: '/v1/health', summary: 'Prove a round trip through the writer' },
  ready: { method: 'GET', path: '/v1/ready', summary: 'Tell whether new work is taken' },
  ping: { method: 'GET', path: '/v1/ping', summary: 'Answer at once' },
  openapi: { method: 'GET', path: '/v1/openapi.json', summary: 'Describe these calls' },
} as const satisfies Record<string, CallSpec>;

export type CallName = keyof typeof CALLS;

/** Hooks stand beside the table: their body is the client's own event, their answer bytes to print. */
export const HOOK_PATH = '/v1/hooks/:event';

/** So does the stream of changes: its answer is server-sent events, and does not end. */
export const EVENTS_PATH = '/v1/events';

/** And the figures as Prometheus reads them: text. */
export const METRICS_PATH = '/v1/metrics';
