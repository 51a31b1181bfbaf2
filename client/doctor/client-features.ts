/** What each version of Claude Code brings that orq's hooks rest on. */
import { isOlder, isSupportedClient } from '../../src/protocol/supported-client.ts';

interface Feature {
  readonly since: string;
  readonly is: string;
}

export const FEATURES: readonly Feature[] = [
  { since: '2.1.118', is: 'PostToolBatch' },
  { since: '2.1.139', is: 'hooks without a shell' },
  { since: '2.1.163', is: 'messages at Stop' },
  { since: '2.1.196', is: 'prompt_id, by which a message is proven seen' },
  { since: '2.1.197', is: 'the oldest version that was measured' },
  { since: '2.1.214', is: 'CLAUDE_PID' },
  { since: '2.1.224', is: 'the inbox socket' },
];

export interface Support {
  /** Whether hooks can serve its agent. */
  readonly isEnough: boolean;
  readonly lacks: readonly string[];
}

/** A version that is not known lacks nothing. */
export function supportOf(version: string | null): Support {
  const lacking = FEATURES.filter(({ since }) => isOlder(version, since));
  return { isEnough: isSupportedClient(version), lacks: lacking.map(({ is }) => is) };
}
