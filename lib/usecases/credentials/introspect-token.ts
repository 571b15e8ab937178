import { verifyAccessToken } from '@/lib/credentials/access-token'
import type { TaskTokenClaims } from '@/lib/credentials/token-claims'
import { isCredentialActive } from '@/lib/data/asked-credentials'
import { findServerClient, type ServerClient } from '@/lib/data/authority-callers'
import { isFirstUse } from '@/lib/data/once'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { assertedClientId, verifyClientAssertion } from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import { actOfAgent, type Call, gatherKnown, type Known } from '../facts/authority'

export type IntrospectAsk = { assertion: string; clientId: string | null; token: string }

export type Introspection = { active: false } | ({ active: true; token_type: 'DPoP' } & TaskTokenClaims)

const INACTIVE: Introspection = { active: false }

/**
 * Tells a resource server whether a token of its own is active (RFC 7662 §2). A token for another audience, one
 * that is unknown, expired or taken back is `active: false` and nothing more.
 */
export async function introspectToken(call: Call, ask: IntrospectAsk): Promise<WireResult<Introspection>> {
  const known = await gatherKnown(call.context)
  const client = await authenticate(call, known, ask)
  if (!client.ok) return client
  const { server } = client
  const { issuer } = call.context
  const question = { issuer, audience: server.identifier, now: known.now }
  const token = await verifyAccessToken(ask.token, known.keys, question)
  // One that has run out is signed by us and known: the question leaves its trace, the answer is no.
  const id = token.ok ? token.claims.jti : token.reason === 'token_expired' ? signedId(ask.token) : null
  if (id === null) return granted(INACTIVE)
  const isActive = await isCredentialActive({ act: actOfAgent(call), id, server })
  return granted(token.ok && isActive ? { active: true, token_type: 'DPoP', ...token.claims } : INACTIVE)
}

type Authenticated = { ok: true; server: ServerClient } | ProofRefusal

/** A resource server by private_key_jwt (RFC 7523): its client_id is its identifier. */
async function authenticate(call: Call, { now }: Known, ask: IntrospectAsk): Promise<Authenticated> {
  const clientId = assertedClientId(ask.assertion)
  if (clientId === null) return refuseProof('assertion_malformed')
  if (ask.clientId !== null && ask.clientId !== clientId) return refuseProof('client_mismatch')
  const server = await findServerClient(clientId)
  const key = readPublicJwk(server?.clientJwk)
  if (!server || !key.ok) return refuseProof('client_unknown')
  const question = { clientId, keys: [key.jwk], issuer: call.context.issuer, now }
  const assertion = await verifyClientAssertion(ask.assertion, question)
  if (!assertion.ok) return assertion
  const isFirst = await isFirstUse(assertion.replayKey, assertion.replayUntil)
  return isFirst ? { ok: true, server } : refuseProof('assertion_replayed')
}

/** The `jti` of a token whose signature was verified and whose time is over. */
function signedId(token: string): string | null {
  const reading = readCompactJwt(token, ['typ', 'alg', 'kid'])
  const jti = reading.ok ? reading.jwt.claims.jti : null
  return typeof jti === 'string' ? jti : null
}
