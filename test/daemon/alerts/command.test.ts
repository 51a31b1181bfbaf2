import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../daemon/alerts/command.js', import.meta.url));

test('a command that cannot be started for want of descriptors is a failure that says so, and ends nothing', () => {
  const program = `
    import { openSync } from 'node:fs';
    import { runAlertCommand } from ${JSON.stringify(COMMAND)};
    try { for (;;) openSync('/dev/null'); } catch {}
    await runAlertCommand('/bin/true', { kind: 'held' }).catch(({ message }) => console.log(message));
    setImmediate(() => console.log('alive'));`;
  const limited = ['-c', 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, program];
  const { stdout } = spawnSync('sh', limited, { encoding: 'utf8' });
  assert.match(stdout, /EMFILE.*\nalive\n/);
});
