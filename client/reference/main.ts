#!/usr/bin/env node
/** Entry of the build that writes manual pages and completions: `main.js FOLDER`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/protocol/version.ts';
import { orqctlWords } from '../orqctl/tree-words.ts';
import { completionFor, SHELLS } from './completion.ts';
import { daemonWords, hookWords } from './daemon-words.ts';
import { manPage } from './man-page.ts';

const [folder = '.'] = process.argv.slice(2);
const programs = [await orqctlWords(), daemonWords(), hookWords()];
for (const name of ['man', 'completion']) mkdirSync(join(folder, name), { recursive: true });
for (const program of programs)
  writeFileSync(join(folder, 'man', `${program.name}.${program.section}`), manPage(program, VERSION));
for (const shell of SHELLS)
  writeFileSync(join(folder, 'completion', `orq.${shell}`), completionFor(shell, programs));
