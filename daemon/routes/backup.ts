/** POST /v1/backup */
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import type { Services } from '../services.ts';

export async function backup(
  { backups }: Pick<Services, 'backups'>,
  { file }: RequestOf<'backup'>,
): Promise<ReplyOf<'backup'>> {
  return backups.make(file);
}
