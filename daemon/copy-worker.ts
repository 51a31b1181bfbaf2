/** A thread that copies the database: reading it all would hold up the queue. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { copyDatabase } from '../src/store/sqlite/copy.ts';

const { from, to } = workerData as { from: string; to: string };
try {
  parentPort?.postMessage({ copied: await copyDatabase(from, to) }, []);
} catch (error) {
  const known =
    error instanceof OrqError ? error : new OrqError('storage_failed', `copy ${to}: ${String(error)}`);
  parentPort?.postMessage(errorToJson(known), []);
}
