/**
 * A name or a value of a form as it was before it was encoded (RFC 6749 appendix B). Null for what does not decode: an
 * escape that is no number, or bytes that are no UTF-8.
 */
export function formDecoded(text: string): string | null {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
