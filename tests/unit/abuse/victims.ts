import { verifyAccessToken, verifyAgentToken } from '@/lib/credentials/access-token'
import { keySet, OwnPublicJwk } from '@/lib/credentials/keys'
import { verifyMandate } from '@/lib/credentials/mandate'
import type { JsonObject } from '@/lib/domain/json'
import { OidcIssuer } from '@/lib/domain/oidc-issuer'
import type { ProofRefusal } from '@/lib/domain/wire-reasons'
import { verifyClientAssertion, verifySpiffeClientAssertion } from '@/lib/identity/client-assertion'
import { verifyDpopProof } from '@/lib/identity/dpop'
import { verifyIssuedJwt } from '@/lib/identity/issued-jwt'
import { PublicJwk } from '@/lib/identity/public-jwk'
import { verifyJwtSvid } from '@/lib/identity/workload'
import { agentClaims, mandateClaims, TICKETS, taskClaims } from '../credentials/world'
import { ecPair, ISSUER, NOW, T } from '../support/forge'
import type { Victim } from '../support/spoil'

const pair = ecPair()
const kid = 'k1'
const ownKeys = keySet([{ kid, publicJwk: OwnPublicJwk.parse(pair.publicJwk) }])
const key = PublicJwk.parse({ ...pair.publicJwk, kid })
const trustDomains = [
  { name: 'demo.example', bundle: { keys: [key], sequence: null, refreshHintSeconds: null } },
]

type Verdict = Promise<{ ok: true } | ProofRefusal>
type Case = Victim & {
  verify: (text: string, now?: Date) => Verdict
  /** What a tolerated clock makes of the claims, and what none may. */
  late: (seconds: number) => JsonObject
  early: ((seconds: number) => JsonObject) | null
}

const own = (typ: string) => ({ typ, alg: 'ES256', kid })
const now = NOW
const url = `${ISSUER}/oauth/token`
const endpoint = { method: 'POST', url }

const until = (claims: JsonObject) => ({
  late: (seconds: number) => ({ ...claims, iat: T - 200, exp: T - seconds }),
  early: (seconds: number) => ({ ...claims, iat: T + seconds, exp: T + seconds + 100 }),
})
const between = (claims: JsonObject) => ({
  late: (seconds: number) => ({ ...claims, exp: T - seconds }),
  early: (seconds: number) => ({ ...claims, nbf: T + seconds }),
})

const svid = { sub: 'spiffe://demo.example/env/demo/agent/triage', aud: ISSUER, exp: T + 300, iat: T }
const assertion = { iss: TICKETS, sub: TICKETS, aud: ISSUER, jti: 'one', exp: T + 60, iat: T }
const issued = { iss: 'https://ci.example', sub: 'runner', aud: ISSUER, exp: T + 300, iat: T }
const by = OidcIssuer.parse({
  ...{ id: 'O-7F3K0001', tenantId: 'T-7F3K0001', issuer: issued.iss, kind: 'oidc', jwks: null },
  ...{ environments: null, rev: 1 },
})
const proof = { jti: 'one', htm: 'POST', htu: url, iat: T }

const asWorkload = { pair, claims: svid, exact: ['aud'], typed: ['sub'], times: ['exp'], ...between(svid) }
const svidHeader = { alg: 'ES256', typ: 'JWT', kid }

/** Every kind of JWT that anybody may send here, with what verifies it. */
export const VICTIMS: Readonly<Record<string, Case>> = {
  mandate: {
    ...{ pair, header: own('mandate+jwt'), claims: mandateClaims, times: ['iat', 'exp'] },
    ...{ exact: ['iss', 'aud'], typed: ['sub', 'may_act', 'jti', 'txn', 'grant_id'] },
    ...until(mandateClaims),
    verify: (text) => verifyMandate(text, ownKeys, { issuer: ISSUER, now }),
  },
  'access token': {
    ...{ pair, header: own('at+jwt'), claims: taskClaims as JsonObject, times: ['iat', 'exp'] },
    exact: ['iss', 'aud', 'client_id'],
    typed: ['sub', 'jti', 'scope', 'authorization_details', 'act', 'cnf', 'txn', 'grant_id'],
    ...until(taskClaims as JsonObject),
    verify: (text) => verifyAccessToken(text, ownKeys, { issuer: ISSUER, audience: TICKETS, now }),
  },
  'the agent’s own token': {
    ...{ pair, header: own('at+jwt'), claims: agentClaims, times: ['iat', 'exp'] },
    ...{ exact: ['iss', 'aud', 'sub', 'client_id'], typed: ['jti', 'cnf'] },
    ...until(agentClaims),
    verify: (text) => verifyAgentToken(text, ownKeys, { issuer: ISSUER, now }),
  },
  'DPoP proof': {
    ...{ pair, header: { typ: 'dpop+jwt', alg: 'ES256', jwk: pair.publicJwk }, claims: proof },
    ...{ exact: ['htm', 'htu'], typed: ['jti'], times: ['iat'] },
    late: (seconds) => ({ ...proof, iat: T - seconds }),
    early: (seconds) => ({ ...proof, iat: T + seconds }),
    verify: (text) => verifyDpopProof({ headers: [text], ...endpoint, now }),
  },
  'client assertion': {
    ...{ pair, header: svidHeader, claims: assertion, times: ['exp'] },
    ...{ exact: ['iss', 'sub', 'aud'], typed: ['jti'] },
    ...between(assertion),
    verify: (text) => verifyClientAssertion(text, { clientId: TICKETS, keys: [key], issuer: ISSUER, now }),
  },
  'JWT-SVID': {
    ...asWorkload,
    header: svidHeader,
    verify: (text) => verifyJwtSvid(text, { trustDomains, issuer: ISSUER, now }),
  },
  'token of an issuer': {
    ...{ pair, header: svidHeader, claims: issued, times: ['exp'] },
    ...{ exact: ['iss', 'aud'], typed: ['sub'], ...between(issued) },
    hints: ['x5t', 'x5t#S256'],
    verify: (text) => verifyIssuedJwt(text, { by, keys: [key], issuer: ISSUER, now }),
  },
  'JWT-SVID of a client': {
    ...asWorkload,
    header: svidHeader,
    verify: (text) => verifySpiffeClientAssertion(text, { trustDomains, issuer: ISSUER, now }),
  },
}
