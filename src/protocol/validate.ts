/** Holds a value against a schema where no server does it. By typebox's engine alone: `typebox/value` loads 130 modules more. */
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';

/** What does not fit, in the words of the validator, the deepest place first; undefined where all does. */
export function misfitOf(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  const [, faults] = Errors(schema, value);
  const findings = faults.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean');
  const [deepest] = findings.toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  return deepest ? `body${deepest.instancePath}: ${deepest.message}` : 'body: does not fit the call';
}
