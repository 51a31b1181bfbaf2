/** GET /v1/ping */
import type { ReplyOf } from '../../src/protocol/schemas.ts';

export async function ping(): Promise<ReplyOf<'ping'>> {
  return { ok: true };
}
