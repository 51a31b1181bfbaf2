/** The answers that a daemon gives, byte by byte. */

export type AnswerParts = { readonly exit?: 0 | 2; readonly confirm?: string; readonly body?: string };

/** A body is given as latin1: one character, one byte. */
export function answerBytes({ exit, confirm, body = '' }: AnswerParts): string {
  const lines = [
    'HTTP/1.1 200 OK',
    ...(exit === undefined ? [] : [`orq-exit: ${exit}`]),
    ...(confirm === undefined ? [] : [`orq-confirm: ${confirm}`]),
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
