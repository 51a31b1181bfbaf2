/** GET /v1/maintenance */
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function maintenance({
  maintenance: works,
}: Pick<Services, 'maintenance'>): Promise<ReplyOf<'maintenance'>> {
  return works.list();
}
