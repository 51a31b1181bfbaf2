/** The one error class and the closed table of codes: HTTP status, exit code of `orqctl` and `orq-daemon`, and whether trying again can help. */

type Fault = { readonly status: number; readonly exit: number; readonly retry: boolean };

/** Each code has its paragraph in docs/PROTOCOL.md; a test compares the two. */
export const ERRORS = {
  bad_request: { status: 400, exit: 2, retry: false },
  bad_setting: { status: 400, exit: 2, retry: false },
  not_found: { status: 404, exit: 3, retry: false },
  ambiguous_address: { status: 409, exit: 4, retry: false },
  key_conflict: { status: 409, exit: 4, retry: false },
  wrong_state: { status: 409, exit: 4, retry: false },
  lease_lost: { status: 409, exit: 5, retry: false },
  too_large: { status: 413, exit: 4, retry: false },
  forbidden: { status: 403, exit: 4, retry: false },
  unsupported_version: { status: 426, exit: 9, retry: false },
  settings_file_damaged: { status: 422, exit: 4, retry: false },
  unreachable: { status: 503, exit: 6, retry: true },
  timeout: { status: 504, exit: 7, retry: true },
  receipt_missing: { status: 504, exit: 17, retry: true },
  shutting_down: { status: 503, exit: 6, retry: true },
  storage_busy: { status: 503, exit: 8, retry: true },
  storage_full: { status: 507, exit: 8, retry: true },
  storage_failed: { status: 503, exit: 16, retry: false },
  database_damaged: { status: 503, exit: 10, retry: false },
  database_newer: { status: 503, exit: 11, retry: false },
  database_foreign: { status: 503, exit: 12, retry: false },
  unsafe_permissions: { status: 503, exit: 13, retry: false },
  instance_running: { status: 503, exit: 14, retry: false },
  socket_unusable: { status: 503, exit: 15, retry: false },
  internal: { status: 500, exit: 70, retry: false },
} as const satisfies Record<string, Fault>;

export type ErrorCode = keyof typeof ERRORS;

/** Facts that a program may want besides the sentence: ids, candidates, the token that is valid now. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** A failure that somebody outside can understand. The message is a fact: lower case, subject first, no full stop. */
export class OrqError extends Error {
  override readonly name = 'OrqError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** After one of these nothing that the daemon believes about its file holds: it ends, and recovery begins at the next start. */
export const FAIL_STOP: readonly ErrorCode[] = ['storage_failed', 'database_damaged'];
