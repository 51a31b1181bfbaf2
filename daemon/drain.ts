/** The end of serving: requests under way are answered, nobody is made to wait for what parks. */
import type { FastifyInstance } from 'fastify';
import type { Services } from './services.ts';

/** How long requests under way may take after the stop was asked for; milliseconds. */
const DRAIN_MS = 5_000;

export async function drain(
  server: FastifyInstance,
  { waiters, arrivals }: Pick<Services, 'waiters' | 'arrivals'>,
): Promise<void> {
  const closed = new Promise<void>((done) => server.server.close(() => done()));
  waiters.cut();
  arrivals.cut();
  server.server.closeIdleConnections();
  const deadline = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(deadline);
  await server.close();
}
