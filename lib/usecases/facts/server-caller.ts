import { findServerClient, type ServerClient } from '@/lib/data/authority-callers'
import { isFirstUse, isFirstUseAhead } from '@/lib/data/once'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { assertedClientId, verifyClientAssertion } from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import type { Call, Known } from './authority'

type ProvenServer = { ok: true; server: ServerClient } | ProofRefusal

async function proveWith(
  isFirst: typeof isFirstUse,
  call: Call,
  { now }: Known,
  ask: { assertion: string; clientId: string | null },
): Promise<ProvenServer> {
  const clientId = assertedClientId(ask.assertion)
  if (clientId === null) return refuseProof('assertion_malformed')
  if (ask.clientId !== null && ask.clientId !== clientId) return refuseProof('client_mismatch')
  const server = await findServerClient(clientId)
  const key = readPublicJwk(server?.clientJwk)
  if (!server || !key.ok) return refuseProof('client_unknown')
  const question = { clientId, keys: [key.jwk], issuer: call.context.issuer, now }
  const assertion = await verifyClientAssertion(ask.assertion, question)
  if (!assertion.ok) return assertion
  return (await isFirst(assertion.replayKey, assertion.replayUntil))
    ? { ok: true, server }
    : refuseProof('assertion_replayed')
}

type Ask = { assertion: string; clientId: string | null }

/** A resource server by private_key_jwt (RFC 7523): its client_id is its identifier. */
export const proveServer = (call: Call, known: Known, ask: Ask) => proveWith(isFirstUse, call, known, ask)

/** The same where nothing is answered before a commit of its own. */
export const proveServerAhead = (call: Call, known: Known, ask: Ask) =>
  proveWith(isFirstUseAhead, call, known, ask)
