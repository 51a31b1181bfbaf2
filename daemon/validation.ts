/** What the schema found wrong, as one sentence that names the place. */
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';

/** The deepest finding says most: a union reports every branch that did not fit. */
export function describeValidation(errors: readonly FastifySchemaValidationError[], part: string): string {
  const findings = errors.filter(({ keyword }) => keyword !== 'anyOf');
  const deepest = findings.toSorted((a, b) => weight(b) - weight(a))[0] ?? errors[0];
  if (!deepest) return `${part}: does not fit the call`;
  const { instancePath, keyword, message = 'does not fit', params } = deepest;
  const place = `${part === 'querystring' ? 'query' : part}${instancePath}`;
  const extra = params['additionalProperty'];
  if (typeof extra === 'string') return `${place}: has no field "${extra}"`;
  if (keyword === 'minLength' && params['limit'] === 1) return `${place}: is empty`;
  const allowed = params['allowedValues'];
  return `${place}: ${message}${Array.isArray(allowed) ? ` (${allowed.join(', ')})` : ''}`;
}

/** A wrong type at the root is the branch of a union that was not meant. */
function weight({ instancePath, keyword }: FastifySchemaValidationError): number {
  return instancePath.split('/').length * 2 + (keyword === 'type' && instancePath === '' ? -1 : 0);
}
