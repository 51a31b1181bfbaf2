/** What the works do to the writer, which the hooks share with them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { worksOf, type WorkParts } from '../../../daemon/maintenance/works.ts';

/** A store with `steps` to forget, and in how many scopes commits folded little while it did. */
function aged(steps: number) {
  const scopes: number[] = [];
  let [left, open] = [steps, 0];
  const store: WorkParts['store'] = {
    forgetOld: () => {
      scopes.push(open);
      left -= 1;
      return Promise.resolve({ forgotten: 100, isOver: left === 0 });
    },
    optimize: () => Promise.resolve(0),
    holdCheckpoints: () => ({ [Symbol.dispose]: () => undefined }),
    foldOften: () => {
      open += 1;
      return { [Symbol.dispose]: () => void (open -= 1) };
    },
  };
  return { store, scopes, open: () => open };
}

describe('retention', () => {
  it('lets commits fold little at a time while it runs, and rests between its steps', async () => {
    const { store, scopes, open } = aged(3);
    let rests = 0;
    const works = worksOf({
      store,
      processes: {
        run: () => Promise.reject(new Error('no process')),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      backups: { make: () => Promise.reject(new Error('no backup')), newestMs: () => null },
      config: { retentionDays: 30 },
      database: '',
      pause: () => Promise.resolve(void (rests += 1)),
      stopping: new AbortController().signal,
    });
    assert.equal(await works.retention(() => undefined), '300 messages forgotten');
    assert.deepEqual(scopes, [1, 1, 1]);
    assert.deepEqual([rests, open()], [2, 0]);
  });
});
