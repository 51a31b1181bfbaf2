/** Reads the text of an export and says where it is none. */
import { OrqError } from '../src/protocol/errors.ts';
import { EXPORT_FORMAT } from '../src/protocol/export-format.ts';
import type { ExportedMessage } from '../src/protocol/export-schemas.ts';
import type { Incoming } from './import-upload.ts';

const FIELDS = new Set(['format', 'origin', 'exportedAtMs', 'messages']);

/** What its messages are is for the daemon to judge. @throws OrqError bad_request. */
export function parseExport(text: string, file: string): Incoming {
  const document = parse(text, file);
  const wrong = (fact: string): OrqError => new OrqError('bad_request', `${file}: ${fact}`);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw wrong('is no export: it holds no JSON object');
  const { format, origin, messages } = document as Record<string, unknown>;
  if (format !== EXPORT_FORMAT)
    throw wrong(
      typeof format === 'string' && /^orq-export\/\d+$/.test(format)
        ? `has the format ${format}, this orq knows ${EXPORT_FORMAT}`
        : `is no export: its format is not "${EXPORT_FORMAT}"`,
    );
  const unknown = Object.keys(document).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw wrong(`has no field "${unknown}"`);
  if (origin !== undefined && typeof origin !== 'string') throw wrong('origin: is no text');
  if (!Array.isArray(messages)) throw wrong('messages: is no list');
  return { origin: origin ?? null, messages: messages as ExportedMessage[] };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // V8 quotes what it could not read, which may be a message.
    const place = / at position \d+(?: \(line \d+ column \d+\))?/.exec(String(error))?.[0] ?? '';
    throw new OrqError('bad_request', `${file}: is not JSON${place}`, { cause: error });
  }
}
