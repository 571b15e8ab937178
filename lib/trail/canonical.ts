// What JSON writes as it stands: printable ASCII without the quote and the backslash.
const PLAIN = /^[ !#-[\]-~]*$/

function textOf(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('Half a character has no canonical JSON.')
  return JSON.stringify(text)
}

function membersOf(value: Readonly<Record<string, unknown>>): string {
  let members = ''
  // In the order of their UTF-16 code units (§3.2.3), as `sort` compares when nobody says how.
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined)
      members += `${members === '' ? '' : ','}${textOf(name)}:${canonicalJson(member)}`
  }
  return members
}

/**
 * Canonical JSON, RFC 8785: numbers and escapes as ECMAScript writes them, members sorted, no white space. Members that
 * are undefined are left out, and what has a `toJSON` is what that says. Refuses what JSON cannot say: undefined by itself
 * or in a list, functions, symbols, NaN, infinities, half a surrogate pair. Everything stored passes through here more than
 * once; the tests hold it to the library that `verify-approval` reads the same texts with.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return textOf(value)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('This number has no canonical JSON.')
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value !== 'object') throw new TypeError('This value has no canonical JSON.')
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON())
  if (Array.isArray(value)) return `[${Array.from(value, (one) => canonicalJson(one)).join(',')}]`
  return `{${membersOf(value as Readonly<Record<string, unknown>>)}}`
}
