/** A process that opens the store of the folder named by its argument, stores a message, says so and stays. */
import { OrqError } from '../../src/protocol/errors.ts';
import { openStore } from '../../src/store/sqlite/store.ts';
import { MIGRATIONS, PROCESS_LOOP } from './store.ts';

try {
  const store = openStore({
    ...PROCESS_LOOP,
    stateDir: process.argv[2] ?? '',
    migrations: MIGRATIONS,
    clock: { nowMs: () => Date.now(), steadyMs: () => performance.now() },
  });
  await store.enqueue([{ agent: 'a', text: 'stored by another process' }]);
  process.stdout.write('open\n');
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`${error instanceof OrqError ? error.code : String(error)}\n`);
}
