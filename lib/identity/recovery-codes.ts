import { randomBytes } from 'node:crypto'
import { sha256 } from './digest'

const HOW_MANY = 10
const CHARACTERS = 24
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const newCode = () => [...randomBytes(CHARACTERS)].map((byte) => ALPHABET.charAt(byte & 31)).join('')

/** Codes for the day the telephone is gone, 120 random bits each: what is shown once, and what is kept. */
export function newRecoveryCodes(): { shown: string[]; hashes: string[] } {
  const codes = Array.from({ length: HOW_MANY }, newCode)
  return { shown: codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')), hashes: codes.map(recoveryHash) }
}

/** The hash of a code as typed, without spaces and dashes, in upper case. */
export const recoveryHash = (code: string): string => sha256(`recovery ${code}`)
