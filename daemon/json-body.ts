/** Bodies are JSON in strict UTF-8, whatever content type the caller named (curl's default names a form). */
import type { FastifyInstance } from 'fastify';
import { OrqError } from '../src/protocol/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Makes `app` read every body this way. A body that is none is refused with the place where it stops making sense. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (_request: unknown, body: string | Uint8Array) => (body.length === 0 ? undefined : parse(body)),
  );
}

function parse(body: string | Uint8Array): unknown {
  let text: string;
  try {
    text = typeof body === 'string' ? body : utf8.decode(body);
  } catch (error) {
    throw new OrqError('bad_request', 'body: is not valid UTF-8', { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OrqError('bad_request', `body: is not JSON${placeOf(error)}`, { cause: error });
  }
}

/** V8 quotes the text that it could not read, which may be a message: only the position may be repeated and logged. */
function placeOf(error: unknown): string {
  const at = error instanceof Error ? / at position \d+/.exec(error.message) : null;
  return at ? at[0] : '';
}
