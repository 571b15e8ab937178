import { findServerClient, type ServerClient } from '@/lib/data/authority-callers'
import { isFirstUseAhead, type Presented } from '@/lib/data/once'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { readClientAssertion, verifyReadAssertion } from '@/lib/identity/client-assertion'
import { type JwkReading, readPublicJwk } from '@/lib/identity/public-jwk'
import { type Call, gatherKnown, type Known } from './authority'

export type ProvenServer = { ok: true; server: ServerClient; known: Known }

/** Its assertion is verified and not yet spent: nothing is answered before it is. */
export type VerifiedServer = ProvenServer & { assertion: Presented }

// What one question to the database found is the same object for all who asked it: read once, and no longer kept than it.
const keys = new WeakMap<ServerClient, JwkReading>()

function keyOf(server: ServerClient): JwkReading {
  const key = keys.get(server) ?? readPublicJwk(server.clientJwk)
  keys.set(server, key)
  return key
}

type Ask = { assertion: string; clientId: string | null }

/** A resource server by private_key_jwt (RFC 7523): its client_id is its identifier. */
export async function verifyServer(call: Call, ask: Ask): Promise<VerifiedServer | ProofRefusal> {
  const read = readClientAssertion(ask.assertion)
  const clientId = read.ok ? read.claims.sub : null
  // What does not depend on each other is asked of the database at once.
  const [known, server] = await Promise.all([
    gatherKnown(call.context),
    clientId === null ? null : findServerClient(clientId),
  ])
  if (!read.ok || clientId === null) return refuseProof('assertion_malformed')
  if (ask.clientId !== null && ask.clientId !== clientId) return refuseProof('client_mismatch')
  const key = server && keyOf(server)
  if (!server || !key?.ok) return refuseProof('client_unknown')
  const { issuer, isSigned } = call.context
  const question = { clientId, keys: [key.jwk], issuer, now: known.now, isSigned }
  const assertion = await verifyReadAssertion(read, question)
  if (!assertion.ok) return assertion
  return { ok: true, server, known, assertion: { key: assertion.replayKey, until: assertion.replayUntil } }
}

/** The same, its assertion spent ahead: nothing is answered before a commit of its own. */
export async function proveServer(call: Call, ask: Ask): Promise<ProvenServer | ProofRefusal> {
  const verified = await verifyServer(call, ask)
  if (!verified.ok) return verified
  const { assertion, ...proven } = verified
  return (await isFirstUseAhead(assertion.key, assertion.until)) ? proven : refuseProof('assertion_replayed')
}
