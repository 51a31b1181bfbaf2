/** What a peer hears whose bytes are no request, or never become a whole one: the same shape as every other refusal, then the end of the connection. */
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';

/** Answers `clientError` of the HTTP server. */
export function refuseBytes(error: Error & { readonly code?: string }, connection: Socket): void {
  if (error.code === 'ECONNRESET' || !connection.writable) {
    connection.destroy();
    return;
  }
  const refused = refusalOf(error);
  const body = JSON.stringify(errorToJson(refused));
  const head = [
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => connection.destroy());
}

/** Node's names of what went wrong; its own parser's begin with `HPE_`. */
function refusalOf(error: Error & { readonly code?: string }): OrqError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new OrqError('timeout', 'request: did not arrive in time', { cause: error });
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new OrqError('too_large', 'request: the headers are over the limit', { cause: error });
  return new OrqError('bad_request', 'request: is no HTTP/1.1', { cause: error });
}
