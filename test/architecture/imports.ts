/** What a file loads. The formatter's shape is relied on: statements begin a line, specifiers stand in single quotes. */
import { dirname, join } from 'node:path';

export interface Import {
  /** A path from the root of the project for a file of ours, else the name of the package or of the `node:` module. */
  readonly target: string;
  readonly ours: boolean;
  /** False for `import type`: the compiler drops it, nothing is loaded. */
  readonly isValue: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s+)?(?:\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*(?:\{[^}]*\}|\*\s+as\s+\w+))?)\s+from\s+'([^']+)'/gm;
const SIDE_EFFECT = /^import\s+'([^']+)'/gm;
const CALL = /\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g;

/** `node:fs/promises` is `node:fs`, `fastify/types/schema.js` is `fastify`. */
function packageOf(specifier: string): string {
  const words = specifier.split('/');
  return words.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Every import, re-export and `import()` of a file's code. */
export function importsOf(path: string, code: string): readonly Import[] {
  const found = (specifier: string, isValue: boolean): Import => {
    const ours = specifier.startsWith('.');
    return { target: ours ? join(dirname(path), specifier) : packageOf(specifier), ours, isValue };
  };
  return [
    ...[...code.matchAll(STATEMENT)].map(([, type, specifier = '']) => found(specifier, !type)),
    ...[...code.matchAll(SIDE_EFFECT), ...code.matchAll(CALL)].map(([, specifier = '']) =>
      found(specifier, true),
    ),
  ];
}
