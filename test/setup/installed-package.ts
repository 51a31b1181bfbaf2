/** The package as npm packs it, unpacked into an empty folder beside what it depends on, and nothing else of this checkout. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../architecture/source-file.ts';
import { testFolder, type TestFolder } from '../support/folder.ts';

/** What a program needs besides the package: types of Node. */
const OF_THE_PROGRAM = ['@types/node', 'undici-types'];

/** As strict as TypeScript goes, and with the declarations of the package checked too. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  },
  include: ['*.ts'],
};

/** Runs a program to its end in `cwd`. @throws where it fails, with what it printed */
function run(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** A folder in which `import … from 'orq'` finds the package. */
export function installPackage(): TestFolder {
  const folder = testFolder();
  const words = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder.path];
  const [{ filename }] = JSON.parse(run('npm', words, ROOT)) as [{ filename: string }];
  const place = folder.at('node_modules/orq');
  mkdirSync(place, { recursive: true });
  run('tar', ['-xzf', folder.at(filename), '--strip-components=1', '-C', place], folder.path);
  const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...OF_THE_PROGRAM]) {
    const target = folder.at(`node_modules/${name}`);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), target);
  }
  writeFileSync(folder.at('package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(folder.at('tsconfig.json'), JSON.stringify(TSCONFIG));
  return folder;
}

/** Type-checks and compiles the programs in the folder. @throws with what the compiler says */
export function compile(folder: string): void {
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], folder);
}
