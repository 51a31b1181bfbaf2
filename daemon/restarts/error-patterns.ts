/** The texts that tell of errors: those of the user's file, then the built-in ones. */
import { readFileSync } from 'node:fs';
import { ERROR_PATTERNS, type ErrorPattern } from '../../src/agents/restart-cause.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { RESTART_CAUSES, type RestartCause } from '../../src/protocol/restart.ts';

/** @throws OrqError bad_setting where the file is not there or not of the form. */
export function readErrorPatterns(file: string): readonly ErrorPattern[] {
  return file === '' ? ERROR_PATTERNS : [...parsed(file), ...ERROR_PATTERNS];
}

function parsed(file: string): ErrorPattern[] {
  let pairs: unknown;
  try {
    pairs = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OrqError('bad_setting', `setting error-patterns: ${file} cannot be read as JSON`, {
      cause: error,
    });
  }
  if (!Array.isArray(pairs))
    throw new OrqError('bad_setting', `setting error-patterns: ${file} holds no list`);
  return pairs.map((pair: unknown): ErrorPattern => {
    const [text, cause] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof text !== 'string' || text === '' || !isCause(cause))
      throw new OrqError(
        'bad_setting',
        `setting error-patterns: ${JSON.stringify(pair)} is no [text, cause]`,
      );
    return { text: text.toLowerCase(), cause };
  });
}

function isCause(word: unknown): word is RestartCause {
  return RESTART_CAUSES.some((cause) => cause === word);
}
