/** Whether a client asks if it may trust its folder: until somebody answers it runs no hook. */
import { readScreen } from './composer.ts';
import { screenLines } from './screen-lines.ts';

/** The question of 2.1.197 to 2.1.330, and its answers. */
const QUESTION = /\btrust\b/i;

export function showsTrustDialog(captured: string): boolean {
  if (readScreen(captured).shows !== 'dialog') return false;
  return screenLines(captured).some(({ text }) => QUESTION.test(text));
}
