/** The part of the port by which messages leave for another database and come from one. */
import type { ReplyOf, RequestOf } from '../protocol/schemas.ts';

export interface Transfer {
  /** The next messages of an export in the order of their ids, each true at the moment of its page. */
  exportPage(request: RequestOf<'exportPage'>): Promise<ReplyOf<'exportPage'>>;
}
