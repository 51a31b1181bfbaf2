/** The versions that client and daemon tell each other. */

/** The package's version; a test compares it with package.json. */
export const VERSION = '0.1.0';

/** The number in every path (`/v1/...`). It changes only when an old client could misread an answer. */
export const PROTOCOL_VERSION = 1;
