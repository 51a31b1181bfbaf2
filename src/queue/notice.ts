/** What orq itself says: whoever sent a message that was given up is told. */

/** The name that orq's own messages are from. */
export const ORQ = 'orq';

/** Characters of another's words that a notice repeats; each word of others stands quoted on one line, so that it cannot pass for orq's. */
export const EXCERPT_LENGTH = 200;

export interface GivenUp {
  readonly id: number;
  readonly agent: string;
  /** Both at most EXCERPT_LENGTH characters. */
  readonly reason: string;
  readonly excerpt: string;
}

/** The text of the message to the sender. */
export function noticeOfDeath({ id, agent, reason, excerpt }: GivenUp): string {
  return [
    `message ${id} from you to ${JSON.stringify(agent)} was given up; the reason: ${JSON.stringify(reason)}.`,
    `It begins: ${JSON.stringify(excerpt)}`,
    `"orqctl show ${id}" tells more, "orqctl dead redrive ${id}" hands it out again.`,
  ].join('\n');
}
