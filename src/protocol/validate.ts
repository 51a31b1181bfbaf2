/** Holds a value against a schema where no server does it. */
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';

/** What does not fit, in the words of the validator, the deepest place first; undefined where all does. */
export function misfitOf(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  const findings = Errors(schema, value).filter(
    ({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean',
  );
  const [deepest] = findings.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  return deepest ? `body${deepest.instancePath}: ${deepest.message}` : 'body: does not fit the call';
}
