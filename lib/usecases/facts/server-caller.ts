import { findServerClient, type ServerClient } from '@/lib/data/authority-callers'
import { isFirstUse, isFirstUseAhead } from '@/lib/data/once'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { assertedClientId, verifyClientAssertion } from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import { type Call, gatherKnown, type Known } from './authority'

type ProvenServer = { ok: true; server: ServerClient; known: Known } | ProofRefusal

type Ask = { assertion: string; clientId: string | null }

async function proveWith(isFirst: typeof isFirstUse, call: Call, ask: Ask): Promise<ProvenServer> {
  const clientId = assertedClientId(ask.assertion)
  // What does not depend on each other is asked of the database at once.
  const [known, server] = await Promise.all([
    gatherKnown(call.context),
    clientId === null ? null : findServerClient(clientId),
  ])
  if (clientId === null) return refuseProof('assertion_malformed')
  if (ask.clientId !== null && ask.clientId !== clientId) return refuseProof('client_mismatch')
  const key = readPublicJwk(server?.clientJwk)
  if (!server || !key.ok) return refuseProof('client_unknown')
  const question = { clientId, keys: [key.jwk], issuer: call.context.issuer, now: known.now }
  const assertion = await verifyClientAssertion(ask.assertion, question)
  if (!assertion.ok) return assertion
  return (await isFirst(assertion.replayKey, assertion.replayUntil))
    ? { ok: true, server, known }
    : refuseProof('assertion_replayed')
}

/** A resource server by private_key_jwt (RFC 7523): its client_id is its identifier. */
export const proveServer = (call: Call, ask: Ask) => proveWith(isFirstUse, call, ask)

/** The same where nothing is answered before a commit of its own. */
export const proveServerAhead = (call: Call, ask: Ask) => proveWith(isFirstUseAhead, call, ask)
