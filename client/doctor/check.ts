/** One finding of `orqctl doctor`: whether it is well, what was seen, and what to do where it is not. */

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** Null where it is well. */
  readonly remedy: string | null;
}

export function well(name: string, found: string): Check {
  return { name, ok: true, found, remedy: null };
}

export function wrong(name: string, found: string, remedy: string): Check {
  return { name, ok: false, found, remedy };
}
