/* Says in one line what is missing before anything is installed. Plain old syntax: it has to run on a Node that is too old. */
'use strict';

var childProcess = require('child_process');

/** @param {number[]} have
 * @param {number} major
 * @param {number} minor */
function atLeast(have, major, minor) {
  return Number(have[0]) > major || (have[0] === major && Number(have[1]) >= minor);
}

/** @param {string} line */
function fail(line) {
  process.stderr.write(line + '\n');
  process.exit(1);
}

var node = process.versions.node.split('.').map(Number);
if (!atLeast(node, 20, 19)) {
  fail(
    'orq needs Node 20.19 or newer, this is ' +
      process.version +
      ': install a newer one, for example from nodejs.org',
  );
}

if (process.platform !== 'linux') {
  fail('orq runs on Linux, this is ' + process.platform);
}

var install = 'install it with "apt-get install tmux" (Debian, Ubuntu) or "dnf install tmux" (Fedora)';
var tmux = childProcess.spawnSync('tmux', ['-V'], { encoding: 'utf8', timeout: 5000 });
if (tmux.error) {
  fail('orq needs tmux 3.2 or newer and found none: ' + install);
}
var version = /(\d+)\.(\d+)/.exec(tmux.stdout || '');
if (version && !atLeast([Number(version[1]), Number(version[2])], 3, 2)) {
  fail('orq needs tmux 3.2 or newer, this is ' + tmux.stdout.trim() + ': ' + install);
}
