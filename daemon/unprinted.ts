/** What nobody said that it was printed goes back, and whoever waits for mail of its agents hears of it. */
import type { LeaseRef } from '../src/queue/exchange.ts';
import { arrived } from './routes/arrived.ts';
import type { Services } from './services.ts';

type Parts = Pick<Services, 'store' | 'owed' | 'arrivals' | 'ringer' | 'metrics' | 'log'>;

export function takeBack(parts: Parts, leases: readonly LeaseRef[]): void {
  const { store, owed, metrics, log } = parts;
  if (leases.length === 0) return;
  metrics.answers.unconfirmed.count += 1;
  log.info(
    { event: 'messages_returned', ids: leases.map(({ id }) => id) },
    'messages returned: nobody confirmed that they were printed',
  );
  owed
    .write(async () => arrived(parts, await store.giveBack(leases, 'not_printed')))
    .catch((error: unknown) =>
      log.error({ event: 'return_failed', err: error }, 'messages could not be returned'),
    );
}
