import { hash } from 'node:crypto'

const bytesOf = (part: Uint8Array | string) => (typeof part === 'string' ? Buffer.from(part) : part)

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer =>
  hash('sha256', Buffer.concat(parts.map(bytesOf)), 'buffer')

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry). The entry is UTF-8 canonical JSON. */
export const leafHash = (entry: string): Buffer => sha256(LEAF, entry)

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right), both 32 bytes. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right)

/** The running chain: SHA-256(previous chain ‖ leaf hash). Leaf 0 follows 32 zero bytes. */
export const chainHash = (previous: Uint8Array, leaf: Uint8Array): Buffer => sha256(previous, leaf)
