/** When commits fold the log: where that is often, the log begins anew before it is long. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestStore, type TestStore } from '../../support/store.ts';

const PAGE_BYTES = 4_096;
/** Of some 25 pages each. */
const TEXT = 'x'.repeat(100_000);

async function send(store: TestStore, messages: number): Promise<void> {
  for (let sent = 0; sent < messages; sent += 1) await store.enqueue([{ agent: 'a', text: TEXT }]);
}

const logPages = (store: TestStore): number => store.describe().walBytes / PAGE_BYTES;

describe('the log of the database', () => {
  it('is folded when it has some hundred pages, while that is asked for', async () => {
    await using store = openTestStore({ inMemory: true });
    using _often = store.foldOften();
    await send(store, 40);
    assert.ok(logPages(store) < 700, `${logPages(store)} pages`);
  });

  it('is left to grow to some thousand pages elsewhere, and further while another process is to fold it', async () => {
    await using store = openTestStore({ inMemory: true });
    await send(store, 40);
    assert.ok(logPages(store) > 900, `${logPages(store)} pages`);
    using _often = store.foldOften();
    {
      using _hold = store.holdCheckpoints();
      await store.enqueue(Array.from({ length: 40 }, () => ({ agent: 'b', text: TEXT })));
      const grown = logPages(store);
      assert.ok(grown > 1_800, `${grown} pages`);
      await store.enqueue([{ agent: 'b', text: TEXT }]);
      assert.ok(logPages(store) > grown, 'nothing began anew');
    }
  });
});
