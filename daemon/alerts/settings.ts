/** Who is told, and how often: part of the table of settings. */
import type { Setting } from '../setting.ts';

export const ALERT_SETTINGS = {
  'alert-command': {
    type: 'path',
    variable: 'ORQ_ALERT_COMMAND',
    help: 'program that is run for each alert, with JSON on its standard input; none: alerts are logged alone',
    fallback: () => '',
  },
  'alert-pause-ms': {
    type: 'count',
    unit: 'ms',
    variable: 'ORQ_ALERT_PAUSE_MS',
    help: 'alerts of one kind about one agent within this time are one',
    fallback: () => '300000',
  },
} as const satisfies Record<string, Setting>;
