import { findAgentAnswer, type NamedCall } from '@/lib/data/agent-answers'
import type { AgentId } from '@/lib/domain/ids'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import type { Call } from './authority'

const KEPT_MS = 24 * 3600 * 1000
const KEY = /^[\x21-\x7e]{1,255}$/

/** The name an agent gave its call with `Idempotency-Key`, or null where it gave none. */
export function namedCallOf(
  { idempotencyKey, path }: Call,
  { agentId, body, now }: { agentId: AgentId; body: object; now: Date },
): { ok: true; named: NamedCall | null } | ProofRefusal {
  if (!idempotencyKey) return { ok: true, named: null }
  if (!KEY.test(idempotencyKey))
    return refuseProof('request_malformed', 'The Idempotency-Key has to be 1 to 255 printable characters.')
  const digest = sha256(canonicalJson({ path, body: JSON.parse(JSON.stringify(body)) })).toString('hex')
  const expires = new Date(now.getTime() + KEPT_MS)
  return { ok: true, named: { agentId, key: idempotencyKey, digest, expires } }
}

/** What was answered to this very call before, or that its name belongs to another one. Null: it is new. */
export async function answeredBefore(named: NamedCall | null): Promise<WireResult<object> | null> {
  const before = named && (await findAgentAnswer(named))
  if (!before) return null
  if (before.digest !== named.digest) return refuseProof('key_taken')
  const answer: object = JSON.parse(before.answer)
  return granted(answer)
}
