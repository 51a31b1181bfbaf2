/** An agent whose events go through the real orq-hook, some of which are killed at any moment: before they ask, while they print, before they confirm. */
import { setTimeout as pause } from 'node:timers/promises';
import { daemonEnvironment } from '../support/daemon.ts';
import { NATIVE, outcomeOf, startHook, TWIN } from '../client/hook/clients.ts';
import { messagesIn, takeTurn, type Happen, type Living } from './agents.ts';

/** A native client lives about this long; milliseconds. */
const LIFE_MS = 12;

export async function liveByHookProcess(living: Living & { readonly folder: string }): Promise<void> {
  const { folder, ledger, agent, goesOn, isBack } = living;
  const env = { ...daemonEnvironment(folder), ORQ_AGENT: agent, CLAUDE_CODE_ENTRYPOINT: 'cli' };
  const happen: Happen = async (event, prompt, isPrinted) => {
    const call = ledger.newCall();
    ledger.write({ op: 'ask', call, agent });
    const fields = {
      session_id: agent,
      cwd: '/',
      hook_event_name: event,
      prompt_id: prompt,
      prompt: 'go on',
    };
    const hook = startHook(NATIVE ?? TWIN, [event], { stdin: JSON.stringify(fields), env });
    const outcome = outcomeOf(hook);
    if (!isPrinted) setTimeout(() => hook.kill('SIGKILL'), Math.random() * LIFE_MS);
    const { stdout } = await outcome;
    const messages = messagesIn(contextIn(stdout));
    ledger.write({ op: 'handed', call, agent, messages });
    // It confirms without waiting for an answer: whether that arrived is not known.
    return { ids: messages.map(({ id }) => id), confirmed: false };
  };
  for (let turn = 1; goesOn(); turn += 1) {
    await takeTurn(`${agent} ${turn}`, living, happen);
    await pause(LIFE_MS);
    await isBack();
  }
}

/** A client that was killed while it printed has printed nothing that counts. */
function contextIn(stdout: string): string {
  try {
    const { hookSpecificOutput } = JSON.parse(stdout) as {
      hookSpecificOutput?: { additionalContext?: string };
    };
    return hookSpecificOutput?.additionalContext ?? '';
  } catch {
    return '';
  }
}
