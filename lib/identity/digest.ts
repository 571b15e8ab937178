import { hash } from 'node:crypto'

/** SHA-256 of a text's UTF-8 bytes, base64url, 43 characters. */
export const sha256 = (text: string): string => hash('sha256', text, 'base64url')

/**
 * One key for "used once": the parts are framed, so that no two lists of parts share one, and the first names
 * the kind, so that all kinds can live in one table.
 */
export const replayKeyOf = (kind: 'dpop' | 'assertion', ...parts: readonly string[]): string =>
  sha256(JSON.stringify([kind, ...parts]))
