/** How a process of Claude Code is told from any other, by what /proc shows of it. */

export interface ProcessWords {
  readonly argv: readonly string[];
  /** Asked for only where the command line does not tell. */
  readonly comm: () => string;
  /** Path of the executable; throws where it may not be read. */
  readonly exe: () => string;
}

const RUNTIMES: ReadonlySet<string> = new Set(['node', 'nodejs', 'bun', 'deno']);

export function isClaudeProcess({ argv, comm, exe }: ProcessWords): boolean {
  const [program = '', script = ''] = argv;
  if (program === '') return false;
  if (lastPart(program) === 'claude') return true;
  if (RUNTIMES.has(lastPart(program)) && isClaudeScript(script)) return true;
  return comm().trim() === 'claude' || lastPart(exe()) === 'claude';
}

function isClaudeScript(script: string): boolean {
  return lastPart(script) === 'claude' || /\/claude-code\/cli\.m?js$/.test(script);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
