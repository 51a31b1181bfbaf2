/** Who says what with a hook event: the clients of the steps, as the processes and turns that they are just now. */
import type { Said } from './reference-lives.ts';
import { CLIENTS, UNITS, type StepOf } from './steps.ts';

export interface Speakers {
  /** The pid of each process of CLIENTS; a process that died is followed by another. */
  readonly pids: number[];
  /** Prompts so far, by client. */
  readonly prompts: number[];
}

export function saidBy(
  { pids, prompts: said }: Speakers,
  { client, event, newPrompt, quirk }: StepOf<'event'>,
): Said {
  const { agent, session, process, mayBind } = CLIENTS[client] ?? CLIENTS[0];
  const prompts = (said[client] ?? 0) + (newPrompt && event === 'UserPromptSubmit' ? 1 : 0);
  said[client] = prompts;
  return {
    sessionId: session,
    pid: pids[process] ?? 0,
    agent,
    mayBind,
    event,
    prompt: agent === 'b' ? null : `p${client}.${prompts}`,
    subagent: quirk === 'subagent' && event !== 'SessionStart' && event !== 'SessionEnd',
    compacted: quirk === 'compacted' && event === 'SessionStart',
    onlyBell: quirk === 'bell' && event === 'UserPromptSubmit',
    late: quirk === 'late',
    units: UNITS,
    boundIsGone: quirk === 'boundIsGone',
  };
}
