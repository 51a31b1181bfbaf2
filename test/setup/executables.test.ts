import { accessSync, constants, readFileSync } from 'node:fs';
import { test } from 'node:test';

const PACKAGE = new URL('../../../', import.meta.url);

test('every executable of the package runs by its file name in a checkout', () => {
  const { bin } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as {
    bin: Record<string, string>;
  };
  for (const path of Object.values(bin)) accessSync(new URL(path, PACKAGE), constants.X_OK);
});
