/** POST /v1/import/commit */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';
import { arrived } from './arrived.ts';

export async function importCommit(
  services: Pick<Services, 'store' | 'arrivals' | 'ringer' | 'log'>,
  request: RequestOf<'importCommit'>,
): Promise<ReplyOf<'importCommit'>> {
  const { reply, arrivedFor } = await services.store.importCommit(request);
  const { created, known } = reply;
  if (request.dryRun !== true)
    services.log.info({ event: 'messages_imported', created, known }, 'messages imported');
  await arrived(services, [...arrivedFor]);
  return reply;
}
