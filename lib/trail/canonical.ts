import canonicalize from 'canonicalize'

/** Canonical JSON, RFC 8785. Refuses what JSON cannot say: undefined, functions, NaN. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('This value has no canonical JSON.')
  return text
}
