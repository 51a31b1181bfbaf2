/** The part of the port by which messages leave for another database and come from one. */
import type { ReplyOf, RequestOf } from '../protocol/schemas.ts';

export interface Transfer {
  /** The next messages of an export in the order of their ids, each true at the moment of its page. */
  exportPage(request: RequestOf<'exportPage'>): Promise<ReplyOf<'exportPage'>>;
  /** Lays a page of an import by; a page that comes again replaces the one before. */
  importPage(request: RequestOf<'importPage'>): Promise<ReplyOf<'importPage'>>;
  /**
   * Stores all pages of an import, each message once, however often it is imported; `arrivedFor` are agents that have more ready messages.
   * Throws bad_request, not_found (a page is missing), ambiguous_address, key_conflict, too_large, each with the index of its message.
   */
  importCommit(
    request: RequestOf<'importCommit'>,
  ): Promise<{ readonly reply: ReplyOf<'importCommit'>; readonly arrivedFor: readonly string[] }>;
}
