const UNRESERVED = /^[A-Za-z0-9._~-]$/

/**
 * The address of a DPoP proof in one spelling (RFC 9449 §4.3: without query and fragment, normalised as RFC 3986
 * §6.2.2 and §6.2.3 say): scheme and host in lower case, no default port, dot segments resolved, escapes in
 * upper case and only where needed. Null for what is no plain http(s) address, user names included.
 */
export function normaliseHtu(address: string): string | null {
  // The URL parser would repair white space and backslashes: refuse instead of guessing.
  if (address.length > 2048 || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(address)) return null
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return null
  return `${url.origin}${url.pathname.replace(/%[0-9a-f]{2}/gi, normaliseEscape)}`
}

function normaliseEscape(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return UNRESERVED.test(character) ? character : triplet.toUpperCase()
}
