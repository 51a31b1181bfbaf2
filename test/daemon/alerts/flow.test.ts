import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MOST_OF_A_KIND, openFlow } from '../../../daemon/alerts/flow.ts';

const PAUSE_MS = 1_000;

describe('the flow of alerts', () => {
  it('lets one pass for each subject in a pause, and tells the next how many it held back', () => {
    const flow = openFlow();
    assert.equal(flow.pass('held', 'a', PAUSE_MS, 0), 0);
    assert.equal(flow.pass('held', 'a', PAUSE_MS, 500), null);
    assert.equal(flow.pass('held', 'a', PAUSE_MS, 999), null);
    assert.equal(flow.pass('disk', 'a', PAUSE_MS, 999), 0, 'another kind');
    assert.equal(flow.pass('held', 'b', PAUSE_MS, 999), 2);
    assert.equal(flow.pass('held', 'a', PAUSE_MS, 1_000), 0);
  });

  it('lets few of a kind pass, whatever they are about', () => {
    const flow = openFlow();
    const passed = Array.from({ length: 30 }, (_, agent) => flow.pass('held', `a${agent}`, PAUSE_MS, agent));
    assert.equal(passed.filter((each) => each !== null).length, MOST_OF_A_KIND);
    assert.equal(flow.pass('held', 'late', PAUSE_MS, 2_000), 30 - MOST_OF_A_KIND);
  });
});
