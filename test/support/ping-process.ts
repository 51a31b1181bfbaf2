/** A client of a user that may not do everything: `ping-process SOCKET` says what a call comes to. */
import { createClient } from '../../client/index.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { becomeUnprivileged } from './unprivileged.ts';

const [, , socket = ''] = process.argv;
becomeUnprivileged();
await using client = createClient({ socket });
try {
  await client.ping({});
  process.stdout.write('answered\n');
} catch (error) {
  if (!(error instanceof OrqError)) throw error;
  process.stdout.write(`${error.code} ${String(error.details?.['errno'])}\n`);
}
