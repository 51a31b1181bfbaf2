import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cronFault } from '../../../daemon/maintenance/cron.ts';
import { isOverdue } from '../../../daemon/maintenance/overdue.ts';

const NOW_MS = 2_000_000_000_000;

describe('a work that comes seldom', () => {
  it('was missed where it never ran, or longer ago than its period', () => {
    assert.equal(isOverdue({ lastMs: null, periodMs: 1_000 }, NOW_MS), true);
    assert.equal(isOverdue({ lastMs: NOW_MS - 1_001, periodMs: 1_000 }, NOW_MS), true);
  });

  it('was not missed within its period, without a rhythm, or by a clock that was set back', () => {
    assert.equal(isOverdue({ lastMs: NOW_MS - 1_000, periodMs: 1_000 }, NOW_MS), false);
    assert.equal(isOverdue({ lastMs: null, periodMs: null }, NOW_MS), false);
    assert.equal(isOverdue({ lastMs: NOW_MS + 5_000, periodMs: 1_000 }, NOW_MS), false);
  });
});

describe('a cron expression', () => {
  it('is taken with five fields, or with seconds before them', () => {
    for (const good of ['17 3 * * *', '*/10 * * * *', '* * * * * *'])
      assert.equal(cronFault(good), undefined);
  });

  it('is refused with a reason', () => {
    for (const bad of ['daily', '* * *', '61 * * * *', ''])
      assert.equal(typeof cronFault(bad), 'string', bad);
  });
});
