/** Where a sender's command runs: from this its agent's name is filled in where it named nobody. */
import type { IncomingHttpHeaders } from 'node:http';
import type { SentMessage } from '../src/queue/store.ts';
import { percentDecoded } from './percent-decoded.ts';

export function callerOf(headers: IncomingHttpHeaders): NonNullable<SentMessage['caller']> {
  const sessionId = percentDecoded(headers['orq-session']);
  const tmuxSocket = percentDecoded(headers['orq-tmux']);
  const pane = percentDecoded(headers['orq-pane']);
  return {
    ...(sessionId !== null && { sessionId }),
    ...(tmuxSocket !== null && { tmuxSocket }),
    ...(pane !== null && { pane }),
  };
}
