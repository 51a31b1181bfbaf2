/** The one shape of an error on the socket, both ways. */
import { ERRORS, OrqError, type ErrorCode, type ErrorDetails } from './errors.ts';

export interface ErrorJson {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retry: boolean;
    readonly details?: ErrorDetails;
  };
}

export function errorToJson(error: OrqError): ErrorJson {
  const { code, message, details } = error;
  return { error: { code, message, retry: ERRORS[code].retry, ...(details && { details }) } };
}

/** Reads an answer of a daemon of any version: a code that this client does not know becomes `internal`, its sentence stays. */
export function errorFromJson(body: unknown, status: number): OrqError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const code = error['code'];
  const message =
    typeof error['message'] === 'string'
      ? error['message']
      : `the daemon answered ${status} without a reason`;
  const details = isRecord(error['details']) ? { details: error['details'] } : {};
  return new OrqError(isErrorCode(code) ? code : 'internal', message, details);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}
