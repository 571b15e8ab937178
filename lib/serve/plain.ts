import { z } from 'zod'

/** Text that may stand in a log line. Only `plain` makes it, and a log takes no other text. */
const Plain = z.string().brand<'Plain'>()
export type Plain = z.infer<typeof Plain>

const MOST_READ = 2000
const MOST_KEPT = 200
const HIDDEN = '[secret]'

/** What secrets look like, whoever printed them: keys in PEM, compact JWTs, client secrets, the password of an address. */
const SHAPES = [
  /-----BEGIN [^-]*-----[^-]*(-----END [^-]*-----)?/g,
  /countersign_secret_[\w-]*/g,
  /eyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)*/g,
  /(?<=:\/\/)[^\s/]*@/g,
  /(?<=\bpassword=)[^\s&]+/gi,
]

// Random text has a digit in it long before this length; a long name of a file has none.
const RANDOM = /[A-Za-z0-9+_=-]{32,}/g
const OWN_REFERENCE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const hideRandom = (text: string) =>
  text.replace(RANDOM, (found) => (/\d/.test(found) && !OWN_REFERENCE.test(found) ? HIDDEN : found))

// These end a line, move the cursor, change its direction or are not seen at all.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const escaped = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** One line of at most 200 characters and a few escapes, without what looks like a secret. */
export function plain(text: string): Plain {
  const shown = SHAPES.reduce((rest, shape) => rest.replace(shape, HIDDEN), text.slice(0, MOST_READ))
  const hidden = hideRandom(shown)
  const bounded = hidden.length > MOST_KEPT ? `${hidden.slice(0, MOST_KEPT)}…` : hidden
  return Plain.parse(bounded.toWellFormed().replace(UNSEEN, escaped))
}
