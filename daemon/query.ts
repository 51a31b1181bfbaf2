/** A query string holds text only: fields that the schema says are numbers or truths are read as such, and nothing else is guessed. */

interface FieldSchema {
  readonly type?: string;
}

/** The query as the call's request; what does not read as its type stays text, and validation says where. */
export function fromQuery(schema: object, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, FieldSchema> };
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, read(value, properties[name]?.type)]),
  );
}

function read(value: unknown, type: string | undefined): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^-?\d{1,16}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
