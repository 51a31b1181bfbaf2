#!/usr/bin/env node
/** Entry of the unit that systemd starts when it has given the daemon up: `alert-main.js daemon_failed UNIT` tells the user's command of it. */
import { hostname } from 'node:os';
import { runAlertCommand } from './alerts/command.ts';
import { settingAlone } from './settings.ts';

const [kind = '', subject = ''] = process.argv.slice(2);
const {
  MONITOR_SERVICE_RESULT: result,
  MONITOR_EXIT_STATUS: exitStatus,
  ORQ_STATE_DIR: stateDir,
} = process.env;
const program = settingAlone('alert-command', process.env);
const about = { atMs: Date.now(), host: hostname(), stateDir, suppressed: 0, subject, result, exitStatus };
if (program !== '')
  await runAlertCommand(program, {
    kind,
    ...about,
  });
