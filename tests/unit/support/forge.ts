import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A JWT with any header and any claims: what an attacker's library would make. */
export const ISSUER = 'http://127.0.0.1:3001'
export const NOW = new Date('2026-11-23T12:00:00Z')
export const T = NOW.getTime() / 1000

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

type Signer = (input: Buffer) => Buffer

export type Pair = { privateKey: KeyObject; publicJwk: Record<string, string>; sign: Signer }

export function ecPair(namedCurve = 'P-256', hash = 'sha256'): Pair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  return pairOf(privateKey, (input) => sign(hash, input, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
}

export function rsaPair(modulusLength = 2048): Pair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength })
  return pairOf(privateKey, (input) => sign('sha256', input, privateKey))
}

export function edPair(): Pair {
  const { privateKey } = generateKeyPairSync('ed25519')
  return pairOf(privateKey, (input) => sign(null, input, privateKey))
}

const pairOf = (privateKey: KeyObject, signer: Signer): Pair => ({
  privateKey,
  publicJwk: createPublicKey(privateKey).export({ format: 'jwk' }) as Record<string, string>,
  sign: signer,
})

/** `header` and `claims` may be raw JSON text, to write what JSON.stringify cannot. */
export function forge(header: unknown, claims: unknown, signer: Signer): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${signer(Buffer.from(input)).toString('base64url')}`
}

/** A small seeded generator (mulberry32), so that a failing mutation can be run again. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** `count` copies of a text, each with one byte replaced by another one. */
export function* mutations(text: string, count: number, seed: number): Generator<string> {
  const random = seeded(seed)
  for (let made = 0; made < count; ) {
    const at = Math.floor(random() * text.length)
    const byte = String.fromCharCode(Math.floor(random() * 256))
    if (byte === text.charAt(at)) continue
    made += 1
    yield text.slice(0, at) + byte + text.slice(at + 1)
  }
}
