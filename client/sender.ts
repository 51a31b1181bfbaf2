/** Who sends: a name where one is said, else the facts from which the daemon finds the agent of this pane. */

export interface Sender {
  readonly from?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The flag, else ORQ_AGENT, else the pane and the session that this process runs in. */
export function senderOf(flag: string | undefined, env: NodeJS.ProcessEnv): Sender {
  const from = flag ?? (env['ORQ_AGENT'] || undefined);
  if (from !== undefined) return { from, headers: {} };
  const facts = {
    'orq-tmux': tmuxSocket(env['TMUX']),
    'orq-pane': env['TMUX_PANE'],
    'orq-session': env['CLAUDE_CODE_SESSION_ID'],
  };
  const known = Object.entries(facts).flatMap(([name, value]) =>
    value ? [[name, encodeURIComponent(value)]] : [],
  );
  return { headers: Object.fromEntries(known) as Record<string, string> };
}

/** TMUX is `socket,pid,session`; the socket's path may hold commas of its own. */
function tmuxSocket(tmux: string | undefined): string | undefined {
  return tmux?.replace(/,[^,]*,[^,]*$/, '');
}
