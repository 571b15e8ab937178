import { canonicalJson } from './canonical'
import { sha256 } from './hash'

/** An entry is at most 32 KiB of UTF-8, so that one event can never crowd out the log. */
export const MAX_ENTRY_BYTES = 32 * 1024

export type SaltedText = { name: string; salt: Uint8Array; text: string }

/** SHA-256(salt ‖ text), salt 16 random bytes: the text can be redacted later and the entry still verifies. */
export const commitmentOf = ({ salt, text }: Pick<SaltedText, 'salt' | 'text'>): string =>
  sha256(salt, text).toString('hex')

/**
 * A canonical entry (RFC 8785) but for its time and its leaf, which it gets under the log's head: `before`, the time
 * without its quotes, `between`, the leaf, `behind`.
 */
export type EntryParts = { before: string; between: string; behind: string }

// A time as ISO 8601 and the largest whole number JSON says exactly.
const LONGEST_PLACE = 24 + 16

// Each of JavaScript's characters, which are UTF-16, has at most three bytes of UTF-8: most need not be counted.
const isLong = ({ before, between, behind }: EntryParts) =>
  3 * (before.length + between.length + behind.length) + LONGEST_PLACE > MAX_ENTRY_BYTES

const bytesOf = ({ before, between, behind }: EntryParts) => Buffer.byteLength(before + between + behind)

/**
 * The parts of an entry. `body` holds everything but time, leaf and texts; each text enters as its salted commitment.
 * Refused: an entry that could grow over MAX_ENTRY_BYTES.
 */
export function entryParts(body: Record<string, unknown>, texts: readonly SaltedText[]): EntryParts {
  const commitments = Object.fromEntries(texts.map((text) => [text.name, { sha256: commitmentOf(text) }]))
  const members: Record<string, unknown> = { v: 1, texts: undefined, ...body }
  members.v = 1
  if (texts.length > 0) members.texts = commitments
  let [before, between, behind] = ['', '', '']
  for (const name of Object.keys(members).sort()) {
    const value = members[name]
    if (value === undefined) continue
    const member = `${JSON.stringify(name)}:${canonicalJson(value)},`
    if (name < 'at') before += member
    else if (name > 'at' && name < 'leaf') between += member
    else if (name > 'leaf') behind += member
  }
  const parts = {
    before: `{${before}"at":"`,
    between: `",${between}"leaf":`,
    behind: `,${behind.slice(0, -1)}}`,
  }
  if (isLong(parts) && bytesOf(parts) + LONGEST_PLACE > MAX_ENTRY_BYTES)
    throw new RangeError('A trail entry may have at most 32 KiB.')
  return parts
}
