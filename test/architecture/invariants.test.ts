import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { invariantsIn, missingOwners, ownersIn } from './invariants.ts';
import { ROOT, sourceFile, typeScriptIn } from './source-file.ts';

const document = readFileSync(join(ROOT, 'docs/INVARIANTS.md'), 'utf8');

describe('an invariant', () => {
  it('has a number of its own, and a test that owns it', () => {
    const invariants = invariantsIn(document);
    assert.ok(invariants.length > 10);
    assert.equal(new Set(invariants).size, invariants.length);
    const owned = [...new Set(ownersIn(document).map(({ number }) => number))];
    assert.deepEqual(owned.toSorted(), [...invariants].toSorted());
  });

  it('names tests that exist', () => {
    assert.deepEqual(missingOwners(ownersIn(document), typeScriptIn('test')), []);
    const owners = ownersIn('| I1  | `test/a.test.ts` | does it |\n| I1  | `test/b.test.ts` | does it |\n');
    const files = [sourceFile('test/a.test.ts', "it('does it', run); // it('does that', run)")];
    assert.deepEqual(missingOwners(owners, files), ["I1: test/b.test.ts has no test 'does it'"]);
    const commented = [{ number: 'I2', path: 'test/a.test.ts', name: 'does that' }];
    assert.equal(missingOwners(commented, files).length, 1);
  });
});
