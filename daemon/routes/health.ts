/** GET /v1/health */
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { monotonicMs } from '../system-clock.ts';
import type { Services } from '../services.ts';

export async function health({ store }: Pick<Services, 'store'>): Promise<ReplyOf<'health'>> {
  const startedMs = monotonicMs();
  await store.probe();
  return { ok: true, writerMs: monotonicMs() - startedMs };
}
