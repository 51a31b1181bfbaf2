/** When maintenance comes, and what it keeps: part of the table of settings. */
import type { Setting } from '../setting.ts';

export const MAINTENANCE_SETTINGS = {
  'retention-schedule': {
    type: 'cron',
    variable: 'ORQ_RETENTION_SCHEDULE',
    help: 'when messages whose retention is over are forgotten: a cron expression, or off',
    fallback: () => '* * * * *',
  },
  'checkpoint-schedule': {
    type: 'cron',
    variable: 'ORQ_CHECKPOINT_SCHEDULE',
    help: 'when the log is folded into the database, besides every 2,000 pages: a cron expression, or off',
    fallback: () => '*/10 * * * *',
  },
  'optimize-schedule': {
    type: 'cron',
    variable: 'ORQ_OPTIMIZE_SCHEDULE',
    help: 'when the figures of the query planner are renewed: a cron expression, or off',
    fallback: () => '23 * * * *',
  },
  'backup-schedule': {
    type: 'cron',
    variable: 'ORQ_BACKUP_SCHEDULE',
    help: 'when the database is copied: a cron expression, or off; one that was missed is made up for',
    fallback: () => '17 3 * * *',
  },
  'backups-kept': {
    type: 'count',
    unit: 'copies',
    variable: 'ORQ_BACKUPS_KEPT',
    help: 'how many copies without a name of their own are kept',
    fallback: () => '7',
  },
  'integrity-schedule': {
    type: 'cron',
    variable: 'ORQ_INTEGRITY_SCHEDULE',
    help: 'when every page of the database is read and proven: a cron expression, or off; one that was missed is made up for',
    fallback: () => '47 4 * * 0',
  },
} as const satisfies Record<string, Setting>;
