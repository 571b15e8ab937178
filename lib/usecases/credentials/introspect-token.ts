import { verifyAccessToken } from '@/lib/credentials/access-token'
import { signIntrospection } from '@/lib/credentials/introspection-answer'
import type { TaskTokenClaims } from '@/lib/credentials/token-claims'
import { askCredential, type CredentialAnswer } from '@/lib/data/asked-credentials'
import { isFirstUse, type Presented } from '@/lib/data/once'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { epochSeconds } from '@/lib/domain/jwt-time'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { actOfAgent, type Call } from '../facts/authority'
import { type ServerAsk, verifyServer } from '../facts/server-caller'

export type IntrospectAsk = ServerAsk & { token: string; asJwt: boolean }

export type Introspection = Readonly<
  { active: false } | ({ active: true; token_type: 'DPoP' } & TaskTokenClaims)
>

/** The answer, and the same signed where that was asked for (RFC 9701). */
export type Introspected = { introspection: Introspection; jwt: string | null }

const INACTIVE: Introspection = { active: false }

const ATTEMPTS = 8

/**
 * Tells a resource server whether a token of its own is active (RFC 7662 §2). A token for another audience, one
 * that is unknown, expired or taken back is `active: false` and nothing more. What changes before the answer is traced has
 * it asked anew, with whom is believed then.
 */
export async function introspectToken(call: Call, ask: IntrospectAsk): Promise<WireResult<Introspected>> {
  let isSpent = false
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = await introspectNow(call, ask, isSpent)
    if (typeof answer !== 'string') return answer
    isSpent ||= answer === 'moved'
  }
  throw new Error('What a token stands on kept changing.')
}

async function introspectNow(
  call: Call,
  ask: IntrospectAsk,
  isSpent: boolean,
): Promise<WireResult<Introspected> | 'moved' | 'stale'> {
  const client = await verifyServer(call, ask)
  if (!client.ok) return client
  const { server, known } = client
  const assertion = isSpent ? null : client.assertion
  const { issuer } = call.context
  const answered = (introspection: Introspection): WireResult<Introspected> => {
    const of = { issuer, audience: server.identifier, iat: epochSeconds(known.now), introspection }
    return granted({ introspection, jwt: ask.asJwt ? signIntrospection(of, known.signing) : null })
  }
  const question = { issuer, audience: server.identifier, now: known.now }
  const token = await verifyAccessToken(ask.token, known.keys, question)
  // One that has run out is signed by us and known: the question leaves its trace, the answer is no.
  const id = token.ok ? token.claims.jti : token.reason === 'token_expired' ? signedId(ask.token) : null
  const answer = await (id === null
    ? aboutNothing(assertion)
    : askCredential({ act: actOfAgent(call), id, server, assertion }, known))
  if (answer === 'moved' || answer === 'stale') return answer
  if (answer === 'replayed') return refuseProof('assertion_replayed')
  const isActive = token.ok && answer === 'active'
  return answered(isActive ? activeOf(token.claims) : INACTIVE)
}

// The same object for the same claims, which are kept while their signature is known: whoever writes it down, does it once.
const actives = new WeakMap<TaskTokenClaims, Introspection>()

function activeOf(claims: TaskTokenClaims): Introspection {
  const active: Introspection = actives.get(claims) ?? { active: true, token_type: 'DPoP', ...claims }
  actives.set(claims, active)
  return active
}

/** A question about no token of ours leaves no trace, and its assertion is spent all the same. */
const aboutNothing = async (assertion: Presented | null): Promise<CredentialAnswer> =>
  !assertion || (await isFirstUse(assertion.key, assertion.until)) ? 'inactive' : 'replayed'

/** The `jti` of a token whose signature was verified and whose time is over. */
function signedId(token: string): string | null {
  const reading = readCompactJwt(token, ['typ', 'alg', 'kid'])
  const jti = reading.ok ? reading.jwt.claims.jti : null
  return typeof jti === 'string' ? jti : null
}
