/** What waits here as rows of the old queue: the way back. */
import type { ExportedMessage } from '../protocol/export-schemas.ts';
import { legacyTimeText } from './legacy-time.ts';

export interface PendingRow {
  readonly agent: string;
  readonly text: string;
  readonly priority: number;
  /** Its id too, from 1. */
  readonly sequence: number;
  /** The message here that it is. */
  readonly messageId: number | null;
  readonly dependencyId: number | null;
  readonly project: string | null;
  readonly enqueuedAt: string;
  readonly scope: string;
}

export interface WayBack {
  readonly rows: readonly PendingRow[];
  /** What the old queue cannot say. */
  readonly warnings: readonly string[];
}

/** As `session:index`, the only address that the old tools know. */
export function oldAddress(agent: string, addresses: readonly string[]): string {
  const indexed = (name: string): boolean => /^[^:]+:\d+$/.test(name);
  return indexed(agent) ? agent : (addresses.find((each) => indexed(each)) ?? agent);
}

/** In the order of the export, which is the order among equals. */
export function pendingRows(
  messages: readonly ExportedMessage[],
  addressesOf: (agent: string) => readonly string[],
  nowMs: number,
): WayBack {
  const places = new Map(
    messages.flatMap(({ id }, index) => (id === undefined ? [] : [[id, index + 1] as const])),
  );
  const warnings: string[] = [];
  const rows = messages.map((message, index) => {
    const {
      id,
      agent,
      text,
      priority = 0,
      project = null,
      scope = 'agent',
      after = [],
      state,
      enqueuedAtMs = nowMs,
    } = message;
    const on = after.flatMap((each) => places.get(each) ?? []);
    const address = oldAddress(agent, addressesOf(agent));
    if (!/^[^:]+:\d+$/.test(address)) warnings.push(`message ${id}: agent ${agent} has no session:index`);
    if (on.length > 1) warnings.push(`message ${id}: waits for ${on.length} others, the old queue knows one`);
    if (state === 'scheduled')
      warnings.push(`message ${id}: was scheduled, the old queue hands it out at once`);
    if (state === 'leased') warnings.push(`message ${id}: was handed out, and comes again`);
    return {
      agent: address,
      text,
      priority,
      project,
      scope,
      sequence: index + 1,
      messageId: typeof id === 'number' ? id : null,
      // The last one that it waits for: those before it are likely to be over by then.
      dependencyId: on.length === 0 ? null : Math.max(...on),
      enqueuedAt: legacyTimeText(enqueuedAtMs),
    };
  });
  return { rows, warnings };
}
