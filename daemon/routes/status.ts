/** GET /v1/status */
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { Services } from '../services.ts';

export async function status({
  store,
  waiters,
  about,
  spool,
}: Pick<Services, 'store' | 'waiters' | 'about' | 'spool'>): Promise<ReplyOf<'status'>> {
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
  };
}
