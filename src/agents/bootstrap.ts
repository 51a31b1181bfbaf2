/** What a session is told when it starts: who it is, who else is there, and how to speak to them. Facts, no commands. */

/** Names shown at most; the rest is a number. */
const SHOWN_TEAM = 20;

export interface Bootstrap {
  readonly agent: string;
  readonly project: string | null;
  readonly team: readonly string[];
  /** The command as this machine's agents can run it. */
  readonly orqctl: string;
}

export function bootstrapText({ agent, project, team, orqctl }: Bootstrap): string {
  const shown = team.slice(0, SHOWN_TEAM).map((name) => JSON.stringify(name));
  const more = team.length > SHOWN_TEAM ? ` and ${team.length - SHOWN_TEAM} more` : '';
  return [
    `orq: this session receives messages as agent ${JSON.stringify(agent)}${project === null ? '' : ` of project ${JSON.stringify(project)}`}.`,
    `Messages from people and other agents arrive at prompts, between tool calls and at the end of a turn, each between two lines marked [orq] with a number that its sender cannot know.`,
    `"${orqctl} send AGENT TEXT" sends one, "${orqctl} reply ID TEXT" answers one, "${orqctl} done ID" reports one done, "${orqctl} agents" lists who is here.`,
    shown.length > 0 ? `Other agents: ${shown.join(', ')}${more}.` : 'No other agent is known yet.',
    '',
  ].join('\n');
}
