import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WATCH = fileURLToPath(new URL('../../daemon/watch.js', import.meta.url));

test('a file that is named after the end is not watched, and keeps no process', () => {
  const program = `
    import { watchFiles } from ${JSON.stringify(WATCH)};
    const ignore = () => undefined;
    const watcher = watchFiles({ onChange: ignore, onGone: ignore, onError: ignore });
    watcher.add([process.cwd() + '/one']);
    await watcher[Symbol.asyncDispose]();
    watcher.add([process.cwd() + '/another']);`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 });
  assert.equal(status, 0);
});
