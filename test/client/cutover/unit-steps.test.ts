import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertMayTake } from '../../../client/cutover/unit-steps.ts';

const unit = (scope: 'user' | 'system') => ({
  unit: 'agent-idle-monitor.service',
  scope,
  active: true,
  enabled: true,
});
const dropIns = [{ path: '/etc/systemd/system/x.conf', text: '' }];
const USER = 1000;

describe('the steps of a cutover that change units', () => {
  it('are refused before the first one where root has to take them, with the commands', () => {
    assert.throws(() => assertMayTake({ dropIns, living: [] }, { kind: 'system' }, USER), {
      code: 'forbidden',
      details: { commands: ['sudo orqctl cutover --units', 'orqctl cutover'] },
    });
    assert.throws(() => assertMayTake({ dropIns: [], living: [unit('system')] }, { kind: 'user' }, USER), {
      code: 'forbidden',
      details: {
        commands: ['sudo systemctl disable --now agent-idle-monitor.service', 'orqctl cutover'],
      },
    });
  });

  it('are a user’s own in the user’s own systemd, and root’s everywhere', () => {
    assertMayTake({ dropIns, living: [unit('user')] }, { kind: 'user' }, USER);
    assertMayTake({ dropIns: [], living: [] }, { kind: 'system' }, USER);
    assertMayTake({ dropIns, living: [unit('system')] }, { kind: 'system' }, 0);
  });
});
