/** How long a lease of a consumer lives where no flag says it: the old system's MESSAGE_TIMEOUT. */
import { OrqError } from '../../src/protocol/errors.ts';

/** A day, as the contract has it; seconds. */
const LONGEST_S = 86_400;

/** Milliseconds: the flag, else MESSAGE_TIMEOUT in seconds, else undefined for the daemon's default. @throws OrqError `bad_request` */
export function visibilityOf(flagMs: number | undefined, env: NodeJS.ProcessEnv): number | undefined {
  const given = env['MESSAGE_TIMEOUT'];
  if (flagMs !== undefined || !given) return flagMs;
  const seconds = Number(given);
  if (!/^\d+$/.test(given) || seconds < 1 || seconds > LONGEST_S)
    throw new OrqError(
      'bad_request',
      `MESSAGE_TIMEOUT: "${given}" is not a whole number of seconds from 1 to ${LONGEST_S}`,
    );
  return seconds * 1000;
}
