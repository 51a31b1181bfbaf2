/** Header values carry percent-encoded UTF-8, so that a name in any script is a legal one. */

/** Null where there is no value, and where it is no such encoding: then it is nobody's word. */
export function percentDecoded(value: string | string[] | undefined): string | null {
  if (typeof value !== 'string' || value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
