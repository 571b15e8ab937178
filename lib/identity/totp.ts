import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

const SECRET_BYTES = 20
const PERIOD_SECONDS = 30
/** Clocks of telephones are a little off: one step before and one after (RFC 6238 §5.2). */
const WINDOW = 1

// What every authenticator app can do: SHA-1, 6 digits, 30 seconds (RFC 6238 §4).
const totpOf = (secret: Uint8Array, label: string) =>
  new TOTP({
    issuer: 'Countersign',
    label,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  })

/** A new shared secret: 160 random bits (RFC 4226 §4, R6). */
export const newTotpSecret = (): Buffer => randomBytes(SECRET_BYTES)

/** What an app needs to know: the `otpauth:` address for the QR code, and the secret as text, base 32. */
export function totpForApp(secret: Uint8Array, label: string): { uri: string; text: string } {
  const totp = totpOf(secret, label)
  return { uri: totp.toString(), text: totp.secret.base32 }
}

/**
 * The time step whose code this is, or null. A step at or before `lastStep` has been used and is refused: a code
 * works once (RFC 6238 §5.2).
 */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  at: { now: Date; lastStep: number },
): number | null {
  const timestamp = at.now.getTime()
  const totp = totpOf(secret, '')
  const delta = totp.validate({ token: code, timestamp, window: WINDOW })
  if (delta === null) return null
  const step = totp.counter({ timestamp }) + delta
  return step > at.lastStep ? step : null
}
