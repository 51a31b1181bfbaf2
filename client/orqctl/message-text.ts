/** The text of a message: the argument, or standard input for `-`. */
import { OrqError } from '../../src/protocol/errors.ts';

/** @throws OrqError `bad_request` when it is empty or not UTF-8. */
export async function readMessageText(argument: string): Promise<string> {
  const text = argument === '-' ? await decodeText(process.stdin) : argument;
  if (text === '') throw new OrqError('bad_request', 'text is empty');
  return text;
}

/** Strictly UTF-8; one line break at the end belongs to the pipe, not to the message. */
async function decodeText(chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  try {
    for await (const chunk of chunks) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    }
    text += decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new OrqError('bad_request', 'standard input is not valid UTF-8', { cause });
  }
  return text.replace(/\n$/, '');
}
