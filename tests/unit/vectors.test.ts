import { existsSync, readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { encodeStatuses } from '@/lib/credentials/status-list'
import { verifyDpopProof } from '@/lib/identity/dpop'
import { fitsAlgorithm, isSignedBy, readPublicJwk, thumbprintOf } from '@/lib/identity/public-jwk'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'

// RFC 7638 §3.1 and RFC 8037 A.3, as printed
const PRINTED = [
  [
    { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  ],
  [
    {
      kty: 'RSA',
      e: 'AQAB',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    },
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  ],
] as const

describe('thumbprints printed in the RFCs', () => {
  it.each(PRINTED)('%o', async (jwk, thumbprint) => {
    expect(await calculateJwkThumbprint(jwk, 'sha256')).toBe(thumbprint)
    const own = readPublicJwk(jwk)
    expect(own.ok && thumbprintOf(own.jwk)).toBe(thumbprint)
  })

  it('the Ed25519 signature of RFC 8037 A.4 verifies with its key and no other algorithm', async () => {
    const jwk = readPublicJwk(PRINTED[0][0])
    if (!jwk.ok) throw new Error(jwk.problem)
    const jws =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
    expect(await isSignedBy(jws, jwk.jwk, 'EdDSA')).toBe(true)
    expect(fitsAlgorithm(jwk.jwk, 'ES256')).toBe(false)
  })
})

// The rest lies beside the repository where it is developed; a clone without it has the values above.
const folder = new URL('../../../shared/vectors/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

const sharedVectors = () => {
  it('Token Status List: two bits a place', async () => {
    const { '2-bit': two } = read('token-status-list/vectors.json')
    const statuses = Object.entries(two.statuses).map(([idx, status]) => ({
      idx: Number(idx),
      status: Number(status),
    }))
    const bytes = (lst: string) => inflateSync(Buffer.from(lst, 'base64url'))
    expect(bytes(await encodeStatuses(statuses)).equals(bytes(two.encoded.lst))).toBe(true)
  })

  it('Token Status List: the list the draft signs is read as signed by its key and no other', async () => {
    const list = read('token-status-list/vectors.json')
    const key = readPublicJwk(list.status_list_jwt_public_jwk)
    if (!key.ok) throw new Error(key.problem)
    expect(await isSignedBy(list.status_list_jwt_raw, key.jwk, 'ES256')).toBe(true)
    const { rfc7515_a3 } = read('jose-oauth-rfc/rfc-vectors.json')
    const other = readPublicJwk(rfc7515_a3.jwk)
    expect(other.ok && (await isSignedBy(list.status_list_jwt_raw, other.jwk, 'ES256'))).toBe(false)
  })

  it('RFC 7638, 8037 and 9449: thumbprints by our own function', () => {
    const vectors = read('jose-oauth-rfc/rfc-vectors.json')
    const expected = [
      [vectors.rfc7638.jwk, vectors.rfc7638.thumbprint_expected],
      [vectors.rfc8037.jwk, vectors.rfc8037.thumbprint_expected],
      [vectors.rfc9449.jwk, vectors.rfc9449.jkt_expected],
    ]
    for (const [jwk, thumbprint] of expected) {
      const key = readPublicJwk(jwk)
      expect(key.ok && thumbprintOf(key.jwk)).toBe(thumbprint)
    }
  })

  it('RFC 9449: both proofs, thumbprint and token hash', async () => {
    const { rfc9449 } = read('jose-oauth-rfc/rfc-vectors.json')
    const { token_request_proof: first, resource_request_proof: second } = rfc9449
    const at = (iat: number) => new Date(iat * 1000)
    expect(
      await verifyDpopProof({ headers: [first.jws], method: first.htm, url: first.htu, now: at(first.iat) }),
    ).toMatchObject({ ok: true, jkt: rfc9449.jkt })
    expect(
      await verifyDpopProof({
        headers: [second.jws],
        method: second.htm,
        url: second.htu,
        now: at(second.iat),
        accessToken: { value: second.access_token, jkt: rfc9449.jkt },
      }),
    ).toMatchObject({ ok: true, jkt: rfc9449.jkt })
  })

  it('RFC 7515 A.3 and RFC 8037: signatures', async () => {
    const { rfc7515_a3, rfc8037 } = read('jose-oauth-rfc/rfc-vectors.json')
    for (const [{ jwk, jws }, alg] of [
      [rfc7515_a3, 'ES256'],
      [rfc8037, 'EdDSA'],
    ]) {
      const key = readPublicJwk(jwk)
      expect(key.ok && (await isSignedBy(jws, key.jwk, alg))).toBe(true)
    }
  })

  it('SPIFFE bundles: the valid one, and entries without kid or of unknown use ignored', () => {
    const bundle = (name: string) => {
      const reading = parseSpiffeBundle(readFileSync(new URL(`spiffe-bundles/${name}.json`, folder), 'utf8'))
      return reading.ok ? reading.bundle.keys.map(({ kid }) => kid) : reading.problem
    }
    expect(bundle('spiffebundle_valid_1')).toEqual(['C6vs25welZOx6WksNYfbMfiw9l96pMnD'])
    expect(bundle('spiffebundle_missing_kid')).toEqual([])
    expect(bundle('spiffebundle_unrecognized_use')).toEqual([])
  })
}

if (existsSync(folder)) describe('shared vectors', sharedVectors)
