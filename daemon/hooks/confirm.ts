/** The client printed what it was given: only now can a later event prove it seen. */
import type { Services } from '../services.ts';

export async function confirm(
  {
    store,
    confirmations,
    owed,
    log,
    metrics,
  }: Pick<Services, 'store' | 'confirmations' | 'owed' | 'log' | 'metrics'>,
  token: string,
): Promise<void> {
  const printed = confirmations.take(token);
  if (!printed) {
    log.debug(
      { event: 'confirmation_unknown' },
      'a confirmation that nobody expects: its messages went back before',
    );
    return;
  }
  const { leases, bootstraps } = printed;
  metrics.answers.confirmed.count += 1;
  if (bootstraps !== null) await store.bootstrapped(bootstraps);
  if (leases.length === 0) return;
  await owed.write(async () => {
    const injected = await store.confirm(leases);
    log.debug({ event: 'messages_injected', ids: injected }, 'messages injected');
  });
}
