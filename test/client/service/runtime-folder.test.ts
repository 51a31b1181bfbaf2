import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { uninstallService } from '../../../client/service/uninstall.ts';
import { testFolder } from '../../support/folder.ts';

test("the uninstall leaves no folder of the machine's socket, by whose owner clients would look there", async () => {
  using folder = testFolder();
  mkdirSync(folder.at('run'));
  const socket = folder.at('run/orq.sock');
  for (const note of ['.spool', '.missed']) writeFileSync(`${socket}${note}`, '');
  const values = { exec: [], path: '', home: '', user: 'u', socket, stateDir: '', alert: [], systemd: 0 };
  await uninstallService({ kind: 'system', folder: folder.at('units'), otherUnit: '', values });
  assert.equal(existsSync(folder.at('run')), false);
});
