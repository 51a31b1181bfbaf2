/** A Bash call that runs until the test lets it end. */
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { Scenario } from './scenario.ts';
import { bash, type ToolCall } from './scripted-answer.ts';

export interface HeldTool {
  readonly call: ToolCall;
  /** Stands in its output and nowhere else. */
  readonly result: string;
  /** Resolves when it runs. */
  runs(): Promise<void>;
  letEnd(): Promise<void>;
}

export function heldTool({ folder }: Pick<Scenario, 'folder'>, name: string): HeldTool {
  const started = join(folder, `${name}-started`);
  const go = join(folder, `${name}-go`);
  const wait = `touch ${started}; until [ -e ${go} ]; do sleep 0.02; done`;
  return {
    call: bash(`${wait}; echo ${name}-ended-$((40 + 2))`),
    result: `${name}-ended-42`,
    runs: async () => {
      await eventually(`${name} runs`, () =>
        access(started).then(
          () => true,
          () => false,
        ),
      );
    },
    letEnd: () => writeFile(go, ''),
  };
}
