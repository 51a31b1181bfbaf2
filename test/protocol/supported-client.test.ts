import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSupportedClient } from '../../src/protocol/supported-client.ts';

test('hooks serve versions from 2.1.197 on, and those that nobody knows', () => {
  for (const version of ['2.1.197', '2.1.330', '2.2.0', '3.0.0', '10.0.0', null, 'custom'])
    assert.equal(isSupportedClient(version), true, String(version));
  for (const version of ['2.1.196', '2.1.9', '2.0.999', '1.9.300', '2.1.20-beta'])
    assert.equal(isSupportedClient(version), false, version);
});
