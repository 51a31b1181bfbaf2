/** A text that would take too many hooks lies in a file of the session's own working directory: reading elsewhere opens a permission dialog. */

/** Below the session's working directory. */
export const REFERENCE_FOLDER = ['.claude', 'orq'] as const;

export function referenceName(id: number): string {
  return `message-${id}.txt`;
}

/** As the agent is told it. */
export function referencePath(id: number): string {
  return [...REFERENCE_FOLDER, referenceName(id)].join('/');
}

/** A file that was written for a message, or is about to be. */
export interface Reference {
  readonly id: number;
  /** The working directory below which it lies; absolute. */
  readonly folder: string;
}
