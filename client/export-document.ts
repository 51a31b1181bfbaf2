/** An export as text, read from the daemon a page at a time, so that no queue is too long for it. */
import { EXPORT_FORMAT } from '../src/protocol/export-format.ts';
import type { ExportPage } from '../src/protocol/export-schemas.ts';
import type { Client } from './client.ts';

export interface ExportChoice {
  /** Only what is ready, scheduled, blocked or leased. */
  readonly undelivered: boolean;
}

/** Every page in turn. What is sent after the first one is left out; what is delivered meanwhile may be in or out. */
export async function* exportPages(
  client: Pick<Client, 'exportPage'>,
  { undelivered }: ExportChoice,
): AsyncGenerator<ExportPage> {
  let page = await client.exportPage({ undelivered });
  yield page;
  while (page.nextAfterId !== null) {
    const { nextAfterId: afterId, untilId } = page;
    page = await client.exportPage({ undelivered, afterId, untilId });
    yield page;
  }
}

/** The pieces of `{"format":"orq-export/1","messages":[…]}`; it is whole when the last one was written. */
export async function* exportDocument(
  pages: AsyncIterable<ExportPage>,
  atMs: number,
): AsyncGenerator<string> {
  let separator = '\n';
  let begun = false;
  for await (const { origin, messages } of pages) {
    if (!begun) {
      const head = JSON.stringify({ format: EXPORT_FORMAT, origin, exportedAtMs: atMs });
      yield `${head.slice(0, -1)},"messages":[`;
      begun = true;
    }
    for (const message of messages) {
      yield separator + JSON.stringify(message);
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}
