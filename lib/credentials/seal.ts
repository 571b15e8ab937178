import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D, 96-bit random IV, 128-bit tag). `context` is associated data: a
 * sealed text moved to another row does not open. Text: `v1.` and base64url of IV, ciphertext, tag.
 */
export function seal(plain: Uint8Array, key: Uint8Array, context: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `${VERSION}.${sealed.toString('base64url')}`
}

/** Opens what `seal` made. Null for another key, another context or a single changed bit. */
export function unseal(sealed: string, key: Uint8Array, context: string): Buffer | null {
  const [version, body = '', ...rest] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')
  if (version !== VERSION || rest.length > 0 || bytes.length < IV_BYTES + TAG_BYTES) return null
  const iv = bytes.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

/** Opens with whichever of the keys sealed it. Null when none of them did. */
export function unsealWithAny(sealed: string, keys: readonly Uint8Array[], context: string): Buffer | null {
  for (const key of keys) {
    const plain = unseal(sealed, key, context)
    if (plain) return plain
  }
  return null
}
