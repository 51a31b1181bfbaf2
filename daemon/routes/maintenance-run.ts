/** POST /v1/maintenance/run */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function maintenanceRun(
  { maintenance }: Pick<Services, 'maintenance'>,
  { work }: RequestOf<'maintenanceRun'>,
): Promise<ReplyOf<'maintenanceRun'>> {
  return maintenance.run(work);
}
