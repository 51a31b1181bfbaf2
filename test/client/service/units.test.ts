import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { unitFiles, type UnitValues } from '../../../client/service/unit-files.ts';
import { systemdVersion } from '../../../client/service/systemd-version.ts';
import { PACKAGE } from '../../docs/documents.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';

/** Tenths, as systemd-analyze takes it: hardened servers have 1.2 to 1.5, dockerd 9.6. */
const MOST_EXPOSED = 12;

const SCOPES = ['user', 'system'] as const;
const analyze = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const without = analyze.status !== 0 && 'systemd-analyze is missing';

function valuesIn(folder: TestFolder): UnitValues {
  writeFileSync(folder.at('node'), '#!/bin/sh\n');
  chmodSync(folder.at('node'), 0o755);
  return {
    exec: [folder.at('node'), '/opt/orq/dist/daemon/main.js'],
    alert: [folder.at('node'), '/opt/orq/dist/daemon/alert-main.js'],
    systemd: systemdVersion(),
    socket: '/run/orq/orq.sock',
    stateDir: '/var/lib/orq',
    path: '/usr/bin:/bin',
    user: 'root',
    home: '/root',
  };
}

function written(folder: TestFolder, scope: (typeof SCOPES)[number], values: UnitValues): string[] {
  return unitFiles(PACKAGE, scope, values).map(({ name, text }) => {
    writeFileSync(folder.at(name), text);
    return folder.at(name);
  });
}

/** For a user it writes below the runtime folder. */
function analyzed(folder: TestFolder, ...words: readonly string[]) {
  const env = { ...process.env, XDG_RUNTIME_DIR: folder.path };
  return spawnSync('systemd-analyze', words, { encoding: 'utf8', env });
}

describe('the units', () => {
  for (const scope of SCOPES) {
    it(`for the ${scope} are without a fault for systemd`, { skip: without }, () => {
      using folder = testFolder();
      const files = written(folder, scope, valuesIn(folder));
      const { status, stderr } = analyzed(folder, 'verify', '--man=no', `--${scope}`, ...files);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    });

    it(`for the ${scope} have a reason before each group of lines, and no word left to fill in`, () => {
      using folder = testFolder();
      for (const { name, text } of unitFiles(PACKAGE, scope, valuesIn(folder))) {
        assert.doesNotMatch(text.replaceAll(/^#.*$|^SystemCallFilter=.*$/gm, ''), /@/, name);
        assert.match(text, /^# /, name);
      }
    });
  }

  it('wait for the end of a reload where systemd can, and send the hangup themselves elsewhere', () => {
    using folder = testFolder();
    const service = (systemd: number): string =>
      unitFiles(PACKAGE, 'user', { ...valuesIn(folder), systemd })[0]?.text ?? '';
    assert.match(service(253), /^Type=notify-reload$[^]*^ReloadSignal=SIGHUP$/m);
    assert.match(service(252), /^Type=notify$[^]*^ExecReload=kill -HUP \$MAINPID$/m);
    assert.doesNotMatch(service(253), /ExecReload/);
  });

  it('for the machine give a foe little', { skip: without }, () => {
    using folder = testFolder();
    const [service = ''] = written(folder, 'system', valuesIn(folder));
    const words = ['security', '--offline=true', `--threshold=${MOST_EXPOSED}`, '--no-pager', service];
    const { status, stdout } = analyzed(folder, ...words);
    assert.equal(status, 0, stdout.split('\n').slice(-3).join('\n'));
  });

  it('take paths with spaces, quotes, dollars and percents as they are', { skip: without }, () => {
    using folder = testFolder();
    const values = valuesIn(folder);
    const odd = { ...values, exec: [...values.exec, `/a b/"c"/$HOME/%h\\n`], path: '/x y:/%p' };
    const [service = ''] = written(folder, 'system', odd);
    const { status, stderr } = analyzed(folder, 'verify', '--man=no', service);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const text = unitFiles(PACKAGE, 'system', odd)[0]?.text ?? '';
    assert.ok(text.includes(String.raw`"/a b/\"c\"/$$HOME/%%h\\n"`), text);
    assert.ok(text.includes('Environment="PATH=/x y:/%%p"'), text);
  });
});
