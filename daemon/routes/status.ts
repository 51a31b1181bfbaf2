/** GET /v1/status */
import { resolve } from 'node:path';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { Services } from '../services.ts';
import { tmuxVersion } from '../tmux/tmux.ts';

export async function status({
  store,
  waiters,
  about,
  spool,
  tmux,
}: Pick<Services, 'store' | 'waiters' | 'about' | 'spool' | 'tmux'>): Promise<ReplyOf<'status'>> {
  const { config, startedAtMs, hookClient, database } = about;
  const rows = await store.agents();
  return {
    version: VERSION,
    pid: process.pid,
    startedAtMs,
    socket: config.socket,
    stateDir: config.stateDir,
    database: database(),
    messages: await store.counts(),
    agents: {
      known: rows.length,
      bound: rows.filter(({ session }) => session !== null).length,
      waiters: waiters.count(),
    },
    hookClient,
    spool: spool.counts(),
    log: { level: config.logLevel, file: config.logFile === '' ? null : resolve(config.logFile) },
    tmux: { version: await tmuxVersion(), servers: [...tmux.servers()] },
  };
}
