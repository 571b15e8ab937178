import { createHash, generateKeyPairSync, KeyObject, randomUUID, sign } from 'node:crypto'
import { loadSigningKey, type SigningKey } from '@/lib/credentials/keys'
import { type MandateClaims, signMandate } from '@/lib/credentials/mandate'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import type { GrantId } from '@/lib/domain/ids'
import { grantTask, SERVERS, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'
import { formPost } from '../wire'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const LIFE_SECONDS = 3600

/** How many callers wait for an answer at once, in every part that measures a rate. */
export const CONNECTIONS = 48

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const epoch = () => Math.floor(Date.now() / 1000)

/** A compact ES256 JWS. The client's side of the benchmark signs with this, outside the time that is measured. */
export function signJwt(header: object, claims: object, key: KeyObject): string {
  const input = `${encode({ alg: 'ES256', ...header })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

export type KeyPair = {
  key: KeyObject
  jwk: { kty?: string; crv?: string; x?: string; y?: string }
  jkt: string
}

export function makeKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as Record<string, string>
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { key: privateKey, jwk: { kty, crv, x, y } as KeyPair['jwk'], jkt }
}

/** A proof for one request (RFC 9449 §4.2). */
export const proofFor = ({ key, jwk }: KeyPair, url: string): string =>
  signJwt({ typ: 'dpop+jwt', jwk }, { jti: randomUUID(), htm: 'POST', htu: url, iat: epoch() }, key)

/** One running instance of an agent: a key, a workload JWT, a grant and its mandate of its own. */
export type Caller = KeyPair & {
  grantId: GrantId
  requestId: string
  mandate: () => string
  workload: () => string
}

/** Whose grant it is, and for which workload of the trust domain. */
export type Granted = { grantId: GrantId; requestId: string; agent: string }

function callerOf(
  world: TestWorld,
  { issuer, signing }: { issuer: string; signing: SigningKey },
  { grantId, requestId, agent }: Granted,
): Caller {
  const times = { iat: epoch(), exp: epoch() + LIFE_SECONDS - 60 }
  const sub = `spiffe://${TRUST_DOMAIN}/env/staging/agent/${agent}`
  const mandate: MandateClaims = {
    ...{ iss: issuer, aud: issuer, sub: world.people.requester, may_act: { sub }, ...times },
    ...{ jti: newId('MandateId'), txn: requestId, grant_id: grantId },
  }
  const workload = { sub, aud: issuer, jti: randomUUID(), ...times }
  const domainKey = KeyObject.from(world.domainKey.privateKey)
  return {
    ...makeKey(),
    ...{ grantId, requestId },
    // ES256 signatures differ each time: the same claims signed again are another text to verify.
    mandate: () => signMandate(mandate, signing),
    workload: () => signJwt({ typ: 'JWT', kid: world.domainKey.kid }, workload, domainKey),
  }
}

/** Instances of agents for grants that are there. */
export async function callersFor(
  world: TestWorld,
  { issuer, secret, granted }: { issuer: string; secret: string; granted: readonly Granted[] },
): Promise<Caller[]> {
  const signing = loadSigningKey(await findActiveSigningKey(), secret)
  return granted.map((one) => callerOf(world, { issuer, signing }, one))
}

/** As many as there are connections, so that nobody's facts are another's. */
export async function makeCallers(
  world: TestWorld,
  { issuer, secret, count }: { issuer: string; secret: string; count: number },
): Promise<Caller[]> {
  const granted: Granted[] = []
  for (let made = 0; made < count; made += 1)
    granted.push({ ...(await grantTask(world, { seconds: LIFE_SECONDS })), agent: 'triage' })
  return callersFor(world, { issuer, secret, granted })
}

export type Texts = { mandate: string; workload: string }

/** A token exchange (RFC 8693 §2.1) with a proof of its own. */
export const exchangeRequest = (caller: Caller, url: string, { mandate, workload }: Texts): string =>
  formPost(
    url,
    {
      ...{ grant_type: TOKEN_EXCHANGE, subject_token: mandate, subject_token_type: JWT },
      ...{ actor_token: workload, actor_token_type: JWT, resource: SERVERS.tickets },
    },
    `dpop: ${proofFor(caller, url)}\r\n`,
  )
