/** The grammar of the names that people and programs choose: agent ids. */
import { OrqError } from './errors.ts';

const MAX_AGENT_ID_CHARACTERS = 200;

/** `@project` and `%pane` are addresses, and a leading `-` is an option on every command line. */
const RESERVED_START = /^[@%-]/;

/** The project that an address like `@shop` means all agents of; undefined for any other address. */
export function projectOfAddress(address: string): string | undefined {
  return address.startsWith('@') && address.length > 1 ? address.slice(1) : undefined;
}

/** Control characters would forge lines in lists and fences; a lone surrogate has no UTF-8 form, so it could not be stored as given. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** What is wrong with an agent id, as the end of a sentence; undefined for a good one. */
function agentIdFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (Array.from(text).length > MAX_AGENT_ID_CHARACTERS)
    return `is longer than ${MAX_AGENT_ID_CHARACTERS} characters`;
  if (UNPRINTABLE.test(text)) return 'has a control character';
  if (text.trim() !== text) return 'begins or ends with white space';
  if (RESERVED_START.test(text)) return `begins with ${text.slice(0, 1)}, which is not allowed`;
  return undefined;
}

export function isAgentId(text: string): boolean {
  return agentIdFault(text) === undefined;
}

/** @throws OrqError `bad_request` that says which rule the text breaks. */
export function assertAgentId(text: string): void {
  const fault = agentIdFault(text);
  if (fault) throw new OrqError('bad_request', `agent id ${JSON.stringify(text.slice(0, 60))}: ${fault}`);
}
