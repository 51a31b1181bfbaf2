import { Command } from 'commander';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { localTime, spokenDuration } from '../times.ts';
import { visible } from '../visible.ts';

const MIB = 1024 * 1024;
const FULL = 2;

export function status({ connect, answer, colors }: Terminal): Command {
  const command = new Command('status')
    .description('Show what the daemon is and how it is.')
    .action(async () => {
      const found = await connect().status({});
      answer(found, () => statusText(found, colors, Date.now()));
    });
  return addExamples(command, ['orqctl status', 'orqctl status --json']);
}

function statusText(found: ReplyOf<'status'>, colors: Terminal['colors'], nowMs: number): string {
  const { database, messages, agents, spool } = found;
  const durable = database.synchronous === FULL ? 'FULL' : `${database.synchronous} (not FULL)`;
  const versions = found.version === VERSION ? '' : `, orqctl is ${VERSION}`;
  return [
    colors.bold(`orq-daemon ${visible(found.version)}, pid ${found.pid}${versions}`),
    `  up        ${spokenDuration(nowMs - found.startedAtMs)}, since ${localTime(found.startedAtMs)}`,
    `  socket    ${visible(found.socket)}`,
    `  state     ${visible(found.stateDir)}`,
    `  database  ${mebibytes(database.sizeBytes)}, log ${mebibytes(database.walBytes)}, ${visible(database.journalMode)}, synchronous ${durable}`,
    ...trouble(database).map((line) => `            ${colors.red(line)}`),
    `  messages  ${Object.entries(messages)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    `  agents    ${agents.known} known, ${agents.bound} bound, ${agents.waiters} can be woken`,
    `  hooks     ${visible(found.hookClient)} client`,
    `  spool     ${spool.waiting} waiting, ${spool.rejected} set aside (spool/rejected in the state directory)${spool.stuck > 0 ? `, ${spool.stuck} stuck` : ''}`,
  ].join('\n');
}

/** What holds up the daemon's writes, a line each. */
function trouble({ isFull, lock }: ReplyOf<'status'>['database']): string[] {
  const holder = lock?.pid ? `process ${lock.pid} (${visible(lock.program ?? '')})` : 'another program';
  return [
    ...(isFull ? ['the disk is full: nothing new is stored'] : []),
    ...(lock ? [`locked by ${holder} for ${spokenDuration(lock.forMs)}: writes wait`] : []),
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
