import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSupportedClient } from '../../../src/protocol/supported-client.ts';
import { FEATURES, supportOf } from '../../../client/doctor/client-features.ts';

test('a version has what came with it or before, and one that is not known has all', () => {
  assert.deepEqual(supportOf(null), { isEnough: true, lacks: [] });
  assert.deepEqual(supportOf('2.1.224'), { isEnough: true, lacks: [] });
  assert.deepEqual(supportOf('2.2.0').lacks, []);
  assert.deepEqual(supportOf('2.1.223').lacks, ['the inbox socket']);
  assert.equal(supportOf('1.9.999').lacks.length, FEATURES.length);
});

test('what is enough is what the daemon takes for enough', () => {
  for (const version of ['1.0.0', '2.0.999', '2.1.196', '2.1.197', '2.1.330', '2.10.0', '3.0.0'])
    assert.equal(supportOf(version).isEnough, isSupportedClient(version), version);
});
