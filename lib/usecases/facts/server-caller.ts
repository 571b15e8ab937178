import { findServerClient, keptServerClient, type ServerClient } from '@/lib/data/authority-callers'
import { isFirstUseAhead, type Presented } from '@/lib/data/once'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { readClientAssertion, verifyReadAssertion } from '@/lib/identity/client-assertion'
import { type BasicProof, isClientSecret } from '@/lib/identity/client-secret'
import { type JwkReading, readPublicJwk } from '@/lib/identity/public-jwk'
import { type Call, gatherKnown, type Known } from './authority'

export type ProvenServer = { ok: true; server: ServerClient; known: Known }

/** Its assertion is verified and not yet spent: nothing is answered before it is. A secret is not spent: null. */
export type VerifiedServer = ProvenServer & { assertion: Presented | null }

// The same object for all who ask under the same grounds: read once, and no longer kept than it.
const keys = new WeakMap<ServerClient, JwkReading>()

function keyOf(server: ServerClient): JwkReading {
  const key = keys.get(server) ?? readPublicJwk(server.clientJwk)
  keys.set(server, key)
  return key
}

/** What a resource server proves itself with: an assertion (private_key_jwt), or a secret (client_secret_basic). */
export type ServerProof = { by: 'assertion'; assertion: string } | ({ by: 'secret' } & BasicProof)

export type ServerAsk = { proof: ServerProof; clientId: string | null }

const BY_SECRET =
  'This client authenticates with its client secret (client_secret_basic), not with a client_assertion.'

/** What a server is judged by: all that is known, and whoever is registered under an identifier. */
type Register = {
  known: Known
  find: (clientId: string) => ServerClient | null | Promise<ServerClient | null>
  /** Whether the secret before serves as well, while it does. */
  takesOld: boolean
}

async function registerNow({ context }: Call): Promise<Register> {
  const known = await gatherKnown(context)
  return { known, find: (clientId) => findServerClient(clientId, known.groundsRev), takesOld: true }
}

/** A resource server by what it is registered with: its client_id is its identifier. */
export const verifyServer = async (call: Call, ask: ServerAsk): Promise<VerifiedServer | ProofRefusal> =>
  verifyBy(call, ask, await registerNow(call))

/**
 * The same by what was read for another call a moment ago (`lastKnown`). It refuses nobody, and takes nothing that ends
 * with time alone: null for whoever has to be verified by what is so now.
 */
export async function verifyServerBefore(
  call: Call,
  ask: ServerAsk,
  known: Known,
): Promise<VerifiedServer | null> {
  const find = (clientId: string) => keptServerClient(clientId, known.groundsRev)
  const verified = await verifyBy(call, ask, { known, find, takesOld: false })
  return verified.ok ? verified : null
}

const verifyBy = (call: Call, { proof, clientId }: ServerAsk, register: Register) =>
  proof.by === 'secret'
    ? verifySecret(register, proof, clientId)
    : verifyAssertion(call, register, { text: proof.assertion, said: clientId })

/** client_secret_basic (RFC 6749 §2.3.1). Who is unknown, who has a key, and who has another secret hear the same. */
async function verifySecret(
  { known, find, takesOld }: Register,
  { clientId, secretHash }: BasicProof,
  said: string | null,
): Promise<VerifiedServer | ProofRefusal> {
  const server = await find(clientId)
  if (said !== null && said !== clientId) return refuseProof('client_mismatch')
  const isSecret = isClientSecret(secretHash, [
    server?.secretHash ?? null,
    server && takesOld ? oldSecretOf(server, known.now) : null,
  ])
  if (!server || !isSecret) return refuseProof('client_unknown', NO_SUCH_SECRET)
  return { ok: true, server, known, assertion: null }
}

/** The one before, while it still serves. */
export const oldSecretOf = ({ oldSecretHash, oldSecretEnds }: ServerClient, now: Date): string | null =>
  oldSecretEnds && oldSecretEnds > now ? oldSecretHash : null

const NO_SUCH_SECRET = 'No client is registered under this client_id with this secret.'

/** private_key_jwt (RFC 7523). */
async function verifyAssertion(
  call: Call,
  { known, find }: Register,
  { text, said }: { text: string; said: string | null },
): Promise<VerifiedServer | ProofRefusal> {
  const read = readClientAssertion(text)
  const clientId = read.ok ? read.claims.sub : null
  const server = clientId === null ? null : await find(clientId)
  if (!read.ok || clientId === null) return refuseProof('assertion_malformed')
  if (said !== null && said !== clientId) return refuseProof('client_mismatch')
  const key = server && keyOf(server)
  if (!server || !key?.ok) return refuseProof('client_unknown', server?.secretHash ? BY_SECRET : undefined)
  const { issuer, isSigned } = call.context
  const question = { clientId, keys: [key.jwk], issuer, now: known.now, isSigned }
  const assertion = await verifyReadAssertion(read, question)
  if (!assertion.ok) return assertion
  return { ok: true, server, known, assertion: { key: assertion.replayKey, until: assertion.replayUntil } }
}

/** The same, its assertion spent ahead: nothing is answered before a commit of its own. */
export async function proveServer(call: Call, ask: ServerAsk): Promise<ProvenServer | ProofRefusal> {
  const verified = await verifyServer(call, ask)
  if (!verified.ok) return verified
  const { assertion, ...proven } = verified
  if (assertion === null) return proven
  return (await isFirstUseAhead(assertion.key, assertion.until)) ? proven : refuseProof('assertion_replayed')
}
