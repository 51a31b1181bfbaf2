/** The client printed what it was given: only now can a later event prove it seen. */
import type { Services } from '../services.ts';

export async function confirm(
  { store, confirmations, log }: Pick<Services, 'store' | 'confirmations' | 'log'>,
  token: string,
): Promise<void> {
  const leases = confirmations.take(token);
  if (!leases) {
    log.debug(
      { event: 'confirmation_unknown' },
      'a confirmation that nobody expects: its messages went back before',
    );
    return;
  }
  const injected = await store.confirm(leases);
  log.debug({ event: 'messages_injected', ids: injected }, 'messages injected');
}
