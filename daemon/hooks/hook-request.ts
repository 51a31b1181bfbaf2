/** A hook's request, read once: the client's event and the facts that orq-hook sent beside it. Nothing else of the event is kept. */
import type { IncomingHttpHeaders } from 'node:http';
import { OrqError } from '../../src/protocol/errors.ts';
import { isAgentId } from '../../src/protocol/names.ts';
import { percentDecoded } from '../percent-decoded.ts';

export interface HookRequest {
  readonly sessionId: string;
  readonly promptId: string | null;
  /** The event of a subagent: it carries its parent's session id. */
  readonly subagent: boolean;
  readonly source: string | null;
  readonly prompt: string;
  readonly reason: string | null;
  readonly error: string | null;
  readonly notificationType: string | null;
  readonly message: string;
  readonly permissionMode: string | null;
  readonly cwd: string | null;
  readonly transcriptPath: string | null;
  /** What began a compaction: `manual` or `auto`. */
  readonly trigger: string | null;
  readonly compactSummary: string | null;
  readonly agent: string | null;
  readonly tmuxSocket: string | null;
  readonly pane: string | null;
  readonly parentPid: number | null;
  readonly claudePid: number | null;
  readonly entrypoint: string | null;
  readonly inboxSocket: string | null;
  readonly deadlineMs: number | null;
  /** Of the client that carried it. */
  readonly hookVersion: string | null;
}

/** @throws OrqError bad_request where the body is no event of a session. */
export function readHookRequest(body: unknown, headers: IncomingHttpHeaders): HookRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OrqError('bad_request', 'hook event: the body is no JSON object');
  const fields: Record<string, unknown> = { ...body };
  const text = (name: string): string | null => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const sessionId = text('session_id');
  if (sessionId === null) throw new OrqError('bad_request', 'hook event: session_id is missing');
  const header = (name: string): string | null => percentDecoded(headers[name]);
  const agent = header('orq-agent');
  return {
    sessionId,
    promptId: text('prompt_id'),
    subagent: text('agent_id') !== null,
    source: text('source'),
    prompt: text('prompt') ?? '',
    reason: text('reason'),
    error: text('error'),
    notificationType: text('notification_type'),
    message: text('message') ?? '',
    permissionMode: text('permission_mode'),
    cwd: text('cwd'),
    transcriptPath: text('transcript_path'),
    trigger: text('trigger'),
    compactSummary: text('compact_summary'),
    agent: agent !== null && isAgentId(agent) ? agent : null,
    tmuxSocket: header('orq-tmux'),
    pane: header('orq-pane'),
    parentPid: count(header('orq-pid')),
    claudePid: count(header('orq-claude-pid')),
    entrypoint: header('orq-entrypoint'),
    inboxSocket: header('orq-inbox'),
    deadlineMs: count(header('orq-deadline-ms')),
    hookVersion: header('orq-client'),
  };
}

function count(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
