import { z } from 'zod'

// NUL and lone surrogates fail a whole batch in PostgreSQL: refused at the door.
const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed()

const UNSTORABLE = 'This has a character that cannot be stored. Type it again.'

/** Free text over several lines, trimmed. */
export const CLEAN_TEXT = z.string().refine(isStorable, UNSTORABLE).trim()

/** Free text on one line. */
export const CLEAN_LINE = CLEAN_TEXT.refine((text) => !/[\r\n]/.test(text), 'Keep this on one line.')

const INVISIBLE =
  /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|[\u115F\u1160\u3164\uFFA0\u2800]|\p{Variation_Selector}|[\u{E0000}-\u{E0FFF}]/u

export type TextPart = { kind: 'text'; text: string } | { kind: 'code_point'; label: string }

/** Untrusted text with every invisible or direction-changing character as its code point. Newlines and tabs stay. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let plain = ''
  for (const character of text) {
    if (character === '\n' || character === '\t' || !INVISIBLE.test(character)) {
      plain += character
      continue
    }
    if (plain) parts.push({ kind: 'text', text: plain })
    plain = ''
    const code = character.codePointAt(0) ?? 0
    parts.push({ kind: 'code_point', label: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` })
  }
  if (plain) parts.push({ kind: 'text', text: plain })
  return parts
}
