/** Notices dead letters: there are more of them than at the last look. No verb pays for that. */
import type { QueueStore } from '../../src/queue/store.ts';
import type { Alerts } from './alerts.ts';

export interface DeadLetterWatch {
  look(): Promise<void>;
}

/** Named in one alert; their number is in it too. */
const NAMED = 10;

export function openDeadLetterWatch(
  { store, alerts }: { readonly store: Pick<QueueStore, 'counts' | 'deadList'>; readonly alerts: Alerts },
  sinceMs: number,
): DeadLetterWatch {
  let before: number | undefined;
  let untilMs = sinceMs;
  return {
    look: async () => {
      const { dead } = await store.counts();
      const isMore = before === undefined || dead > before;
      before = dead;
      if (!isMore || dead === 0) return;
      const found = await store.deadList({ limit: NAMED });
      const news = found.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs > untilMs);
      untilMs = Math.max(untilMs, ...news.map(({ endedAtMs }) => endedAtMs ?? 0));
      for (const { id, agent, reason, from } of news)
        alerts.alert('dead_letter', { subject: agent, id, from, reason });
    },
  };
}
