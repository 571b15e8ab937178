import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Assertion, Attestation } from '@/lib/domain/passkey'

const PLACE = { rpId: 'localhost', origin: 'http://localhost:3000' }

const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
const bytes = (value: Buffer) =>
  Buffer.concat([Buffer.from([0x59, value.length >> 8, value.length & 255]), value])
const b64 = (value: Buffer | string) => Buffer.from(value).toString('base64url')

/** What an authenticator says of one ceremony. Each can be told wrong. */
export type Told = {
  rpId?: string
  origin?: string
  type?: string
  crossOrigin?: boolean
  userVerified?: boolean
  userPresent?: boolean
  counter?: number
}

/** One P-256 passkey in software (WebAuthn §6), so that refusals are tried without a browser. */
export class SoftAuthenticator {
  readonly credentialId = b64(randomBytes(32))
  counter: number
  private readonly key: KeyObject
  private readonly cose: Buffer

  constructor({ counts = true } = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.key = privateKey
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}: EC2, ES256, P-256 (RFC 9053 §7.1.1).
    this.cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ])
    this.counter = counts ? 1 : 0
  }

  /** COSE, base64url, as it is stored. */
  get publicKey(): string {
    return b64(this.cose)
  }

  /** Answers `navigator.credentials.create()`. */
  make(challenge: string, told: Told = {}): Attestation {
    const id = Buffer.from(this.credentialId, 'base64url')
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, this.cose])
    const authData = Buffer.concat([this.head(told, 0x40), credential])
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(authData),
    ])
    const clientDataJSON = this.clientData('webauthn.create', challenge, told)
    return {
      ...this.named(),
      response: {
        clientDataJSON: b64(clientDataJSON),
        attestationObject: b64(attestationObject),
        transports: ['internal'],
      },
    }
  }

  /** Answers `navigator.credentials.get()`. Without a counter of its own it counts up. */
  sign(challenge: string, told: Told = {}): Assertion {
    if (this.counter > 0 && told.counter === undefined) this.counter += 1
    const authData = this.head(told, 0)
    const clientDataJSON = this.clientData('webauthn.get', challenge, told)
    const hash = createHash('sha256').update(clientDataJSON).digest()
    return {
      ...this.named(),
      response: {
        clientDataJSON: b64(clientDataJSON),
        authenticatorData: b64(authData),
        signature: b64(sign('sha256', Buffer.concat([authData, hash]), this.key)),
      },
    }
  }

  private named = () => ({ id: this.credentialId, rawId: this.credentialId, type: 'public-key' as const })

  private head({ rpId = PLACE.rpId, userVerified = true, userPresent = true, counter }: Told, more: number) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter ?? this.counter)
    const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | more
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
  }

  private clientData = (kind: string, challenge: string, { type = kind, ...told }: Told) =>
    JSON.stringify({
      type,
      challenge,
      origin: told.origin ?? PLACE.origin,
      crossOrigin: told.crossOrigin ?? false,
    })
}
