import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { behindReason, laneOf, mayGo, scopeOf, standingBefore, type Standing } from '../../src/queue/lane.ts';

/** Messages of one lane in the order in which they came. */
const lane = fc
  .array(fc.integer({ min: -3, max: 3 }), { maxLength: 20 })
  .map((priorities) => priorities.map((priority, index) => ({ id: index + 1, priority })));

/** What a store reads: the first of each priority, the highest first. */
function firstsOf(standing: readonly Standing[]): Standing[] {
  const priorities = [...new Set(standing.map(({ priority }) => priority))].toSorted((a, b) => b - a);
  return priorities.flatMap((level) => standing.find(({ priority }) => priority === level) ?? []);
}

const waitsFor = (message: Standing, standing: readonly Standing[]): Standing[] =>
  standing.filter(({ id, priority }) => id < message.id && priority >= message.priority);

describe('a lane', () => {
  test('lets go exactly those that have no earlier one of the same or a higher priority before them', () => {
    fc.assert(
      fc.property(lane, (standing) => {
        const may = Array.from(mayGo(firstsOf(standing)), ({ id }) => id);
        const wanted = standing.filter((message) => waitsFor(message, standing).length === 0);
        assert.deepEqual(
          may.toSorted((a, b) => a - b),
          wanted.map(({ id }) => id),
        );
      }),
    );
  });

  test('lets somebody go as long as anybody stands in it', () => {
    fc.assert(
      fc.property(lane, (standing) => {
        assert.equal([...mayGo(firstsOf(standing))].length > 0, standing.length > 0);
      }),
    );
  });

  test('names for each that waits the first of every priority before it, and nobody else', () => {
    fc.assert(
      fc.property(lane, (standing) => {
        for (const message of standing) {
          const before = [...standingBefore(message, firstsOf(standing))];
          assert.deepEqual(before, firstsOf(waitsFor(message, standing)));
        }
      }),
    );
  });

  test('belongs to a project or to all, and tells its scope', () => {
    assert.equal(laneOf('agent', 'p'), null);
    assert.equal(laneOf('project', null), null);
    assert.notEqual(laneOf('project', 'p'), laneOf('project', 'q'));
    assert.notEqual(laneOf('project', 'global'), laneOf('global', null));
    assert.equal(laneOf('global', 'p'), laneOf('global', null));
    for (const scope of ['agent', 'project', 'global'] as const)
      assert.equal(scopeOf(laneOf(scope, 'p')), scope);
  });

  test('says who stands before, a few by name', () => {
    assert.equal(behindReason('global', [7]), 'blocked: behind message 7 in the global order');
    assert.equal(
      behindReason('project:a:b', [1, 2, 3, 4, 5, 6, 7]),
      'blocked: behind messages 1, 2, 3, 4, 5 and 2 more in the order of project a:b',
    );
  });
});
