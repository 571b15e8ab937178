import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. The package's default kind is argon2id.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The argon2id hash of a password in PHC form, with a salt of its own (RFC 9106). */
export const hashPassword = (password: string): Promise<string> => hash(password, COST)

let decoy: Promise<string> | undefined

/**
 * Whether a password belongs to a hash. Null is the hash of an account that is not there: it takes as long and is no,
 * so that nobody learns from the time which accounts there are.
 */
export async function isPasswordOf(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(32).toString('base64url'))
  const isRight = await verify(stored ?? (await decoy), password)
  return stored !== null && isRight
}
