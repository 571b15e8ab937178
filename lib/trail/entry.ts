import { canonicalJson } from './canonical'
import { chainHash, leafHash, sha256 } from './hash'

/** An entry is at most 32 KiB of UTF-8, so that one event can never crowd out the log. */
export const MAX_ENTRY_BYTES = 32 * 1024

export type Head = { nextLeaf: number; chain: Uint8Array }

export type SaltedText = { name: string; salt: Uint8Array; text: string }

export type SealedEntry = { leaf: number; entry: string; leafHash: Buffer; chain: Buffer }

/** SHA-256(salt ‖ text), salt 16 random bytes: the text can be redacted later and the entry still verifies. */
export const commitmentOf = ({ salt, text }: Pick<SaltedText, 'salt' | 'text'>): string =>
  sha256(salt, text).toString('hex')

/**
 * Gives one event its place: leaf index, canonical entry (RFC 8785), leaf hash (RFC 6962 §2.1) and chain hash.
 * `body` holds everything but leaf and texts; each text enters as its salted commitment.
 * Refused: an entry over MAX_ENTRY_BYTES.
 */
export function sealEntry(
  head: Head,
  body: Record<string, unknown>,
  texts: readonly SaltedText[],
): SealedEntry {
  const commitments = Object.fromEntries(texts.map((text) => [text.name, { sha256: commitmentOf(text) }]))
  const entry = canonicalJson({
    ...body,
    v: 1,
    leaf: head.nextLeaf,
    ...(texts.length > 0 ? { texts: commitments } : {}),
  })
  if (Buffer.byteLength(entry) > MAX_ENTRY_BYTES)
    throw new RangeError('A trail entry may have at most 32 KiB.')
  const hash = leafHash(entry)
  return { leaf: head.nextLeaf, entry, leafHash: hash, chain: chainHash(head.chain, hash) }
}

/** The head after an entry took its place. */
export const headAfter = (sealed: SealedEntry): Head => ({ nextLeaf: sealed.leaf + 1, chain: sealed.chain })
