/** What each version of Claude Code brings that orq's hooks rest on. */

interface Feature {
  readonly since: readonly [number, number, number];
  readonly is: string;
  /** Without it hooks cannot serve the agent. */
  readonly isNeeded: boolean;
}

export const FEATURES: readonly Feature[] = [
  { since: [2, 1, 118], is: 'PostToolBatch', isNeeded: true },
  { since: [2, 1, 139], is: 'hooks without a shell', isNeeded: true },
  { since: [2, 1, 163], is: 'messages at Stop', isNeeded: true },
  { since: [2, 1, 196], is: 'prompt_id, by which a message is proven seen', isNeeded: true },
  { since: [2, 1, 197], is: 'the oldest version that was measured', isNeeded: true },
  { since: [2, 1, 214], is: 'CLAUDE_PID', isNeeded: false },
  { since: [2, 1, 224], is: 'the inbox socket', isNeeded: false },
];

export interface Support {
  readonly isEnough: boolean;
  readonly lacks: readonly string[];
}

/** A version that is not known lacks nothing. */
export function supportOf(version: string | null): Support {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (!numbers) return { isEnough: true, lacks: [] };
  const lacking = FEATURES.filter(({ since }) => isBefore(numbers, since));
  return { isEnough: !lacking.some(({ isNeeded }) => isNeeded), lacks: lacking.map(({ is }) => is) };
}

function isBefore(version: readonly number[], since: readonly number[]): boolean {
  const place = since.findIndex((number, at) => number !== version[at]);
  return place >= 0 && (version[place] ?? 0) < (since[place] ?? 0);
}
