/** The commands in the order of `orqctl --help`; each file is loaded only when its command is asked for. */
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export type MakeCommand = (terminal: Terminal) => Command;

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<MakeCommand>;
}

export const COMMANDS: Readonly<Record<string, Entry>> = {
  send: {
    summary: 'Send a message to an agent',
    load: async () => (await import('./commands/send.ts')).send,
  },
  reply: {
    summary: 'Answer the sender of a message',
    load: async () => (await import('./commands/reply.ts')).reply,
  },
  list: {
    summary: 'List messages',
    load: async () => (await import('./commands/list.ts')).list,
  },
  thread: {
    summary: 'Show the conversation that a message belongs to',
    load: async () => (await import('./commands/thread.ts')).thread,
  },
  show: {
    summary: 'Show a message with its receipts and what it waits for',
    load: async () => (await import('./commands/show.ts')).show,
  },
  why: {
    summary: 'Tell why a message or an agent waits, and what can be done',
    load: async () => (await import('./commands/why.ts')).why,
  },
  dequeue: {
    summary: 'Lease the next messages of an agent without hooks',
    load: async () => (await import('./commands/dequeue.ts')).dequeue,
  },
  ack: {
    summary: 'Say that a message was seen',
    load: async () => (await import('./commands/ack.ts')).ack,
  },
  done: {
    summary: 'Say that what a message asked for is done',
    load: async () => (await import('./commands/done.ts')).done,
  },
  requeue: {
    summary: 'Give a message back to its agent',
    load: async () => (await import('./commands/requeue.ts')).requeue,
  },
  extend: {
    summary: 'Keep a leased message for longer',
    load: async () => (await import('./commands/extend.ts')).extend,
  },
  cancel: {
    summary: 'Withdraw a message',
    load: async () => (await import('./commands/cancel.ts')).cancel,
  },
  dead: {
    summary: 'List dead letters, hand them out again or drop them',
    load: async () => (await import('./commands/dead.ts')).dead,
  },
  release: {
    summary: 'Let a message go that was held back, or waits in vain',
    load: async () => (await import('./commands/release.ts')).release,
  },
  rebrief: {
    summary: 'Tell an agent again what it has to know',
    load: async () => (await import('./commands/rebrief.ts')).rebrief,
  },
  schedule: {
    summary: 'Send messages again and again',
    load: async () => (await import('./commands/schedule.ts')).schedule,
  },
  export: {
    summary: 'Write messages out so that they can be stored elsewhere',
    load: async () => (await import('./commands/export.ts')).exportMessages,
  },
  import: {
    summary: 'Store the messages of an export',
    load: async () => (await import('./commands/import.ts')).importMessages,
  },
  takeover: {
    summary: 'Take over what waits in a database of the old system',
    load: async () => (await import('./commands/takeover.ts')).takeover,
  },
  cutover: {
    summary: 'End the old system for everybody',
    load: async () => (await import('./commands/cutover.ts')).cutover,
  },
  rollback: {
    summary: 'Go back to keystrokes or to the old system',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  agents: {
    summary: 'List agents with their sessions and queues',
    load: async () => (await import('./commands/agents.ts')).agents,
  },
  agent: {
    summary: 'Look after agents: name, pause, restart, forget',
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  run: {
    summary: 'Start a new agent in a tmux window',
    load: async () => (await import('./commands/run.ts')).run,
  },
  restarts: {
    summary: 'List crashes, restarts, refusals and holds',
    load: async () => (await import('./commands/restarts.ts')).restarts,
  },
  status: {
    summary: 'Show what the daemon is and how it is',
    load: async () => (await import('./commands/status.ts')).status,
  },
  stats: {
    summary: 'Show how fast and how often things happened',
    load: async () => (await import('./commands/stats.ts')).stats,
  },
  metrics: {
    summary: 'Print the figures for Prometheus, or serve them to it',
    load: async () => (await import('./commands/metrics.ts')).metrics,
  },
  logs: {
    summary: 'Show what the daemon logged, and go on with what comes',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  doctor: {
    summary: 'Look whether all that a delivery needs is well',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  hooks: {
    summary: "Put orq's hooks into the settings of Claude Code",
    load: async () => (await import('./commands/hooks.ts')).hooks,
  },
  backup: {
    summary: 'Copy the database while it is in use',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  restore: {
    summary: 'Put a copy in the place of the database',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  maintenance: {
    summary: 'Show what is done for the database by the clock, or do it now',
    load: async () => (await import('./commands/maintenance.ts')).maintenance,
  },
  service: {
    summary: 'Have systemd run the daemon',
    load: async () => (await import('./commands/service.ts')).service,
  },
  uninstall: {
    summary: 'Take out all hooks and the service',
    load: async () => (await import('./commands/uninstall.ts')).uninstall,
  },
  completion: {
    summary: 'Print the completion for a shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
};
