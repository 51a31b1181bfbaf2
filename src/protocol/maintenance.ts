/** What the daemon does for its storage by the clock: a closed table, each with what it does. */
export const WORKS = {
  retention: 'forgets what ended long ago, and gives back the space that it took',
  optimize: 'renews what the planner of queries knows of the tables',
  checkpoint: 'folds the log into the database',
  integrity: 'reads every page of the database and proves it whole',
  backup: 'copies the database and the settings file, and proves the copy; the oldest copies go',
} as const satisfies Record<string, string>;

export type WorkName = keyof typeof WORKS;

export const WORK_NAMES = Object.keys(WORKS) as WorkName[];
