import type { ApprovalId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { PasskeyProof } from '@/lib/domain/passkey'
import type { Cut } from '@/lib/domain/terms'
import { seededNow } from './clock'
import { expectOne, type Tx } from './commit'
import { pool } from './database'
import { inTurn } from './in-turn'
import { insertRows } from './insert-rows'
import { countPasskey } from './write-passkeys'

export type NonceRecord = {
  nonce: string
  requestId: string
  personId: string
  preimage: string
  digest: string
  expires: Date
  used: Date | null
}

const NONCE = `select nonce, request_id as "requestId", person_id as "personId", preimage, digest, expires, used
  from signing_nonce where nonce = $1`

export async function findSigningNonce(nonce: string): Promise<NonceRecord | null> {
  const { rows } = await pool().query<NonceRecord>(NONCE, [nonce])
  return rows[0] ?? null
}

/** How many dialogs about one request a person may have open. */
const OPEN_NONCES = 32

const MAKE_ROOM = `delete from signing_nonce where nonce in (select nonce from signing_nonce
  where request_id = $1 and person_id = $2 and used is null order by expires desc offset $3)`

/** Keeps what somebody was shown. The oldest they never signed make room: their number is bounded. */
export async function insertSigningNonce(tx: Tx, nonce: NonceRecord): Promise<void> {
  await inTurn([
    tx.run(MAKE_ROOM, nonce.requestId, nonce.personId, OPEN_NONCES - 1),
    insertRows(tx.run, 'signing_nonce', [nonce]),
  ])
}

export type ApprovalToStore = {
  id: ApprovalId
  requestId: RequestId
  version: number
  tenantId: TenantId
  stage: string
  personId: PersonId
  verdict: 'approve' | 'deny'
  reason: string | null
  cut: Cut | null
  note: string | null
  nonce: string
  preimage: string
  digest: string
  deputyFor: PersonId | null
  escalatedTo: string | null
  /** When the dialog was opened. */
  prepared: Date
  signed: Date
  /** The passkey that signed it, with what it answered, or null: it was signed with the sign-in. */
  proof: PasskeyProof | null
  /** Signed from where the requester had signed in, as far as can be seen. */
  sameDevice: boolean
}

const SPEND = `update signing_nonce set used = $2::timestamptz
  where nonce = $1 and used is null and expires > coalesce($3::timestamptz, clock_timestamp()) returning nonce`

/** Spends what somebody was shown, which is valid for 5 minutes. A second use changes nothing. */
export async function spendNonce(tx: Tx, { nonce, used }: { nonce: string; used: Date }): Promise<void> {
  expectOne((await tx.run(SPEND, nonce, used, seededNow())).length)
}

/** What a signature took away, as it is stored. */
export const cutToStore = ({ delegation, ...cut }: Cut) => ({
  ...{ ...cut, struck: [...cut.struck] },
  ...(delegation ? { delegation: { ...delegation, struck: [...delegation.struck] } } : {}),
})

/**
 * Stores a vote, spends its nonce, which is still valid, and moves the counter of the passkey. A second use, a second
 * vote, a passkey that was removed: changed meanwhile.
 */
export async function insertApproval(tx: Tx, approval: ApprovalToStore): Promise<void> {
  const { proof, cut, ...row } = approval
  const used = approval.signed
  const counted = proof ? [countPasskey(tx, proof.passkey, { counter: proof.counter, used })] : []
  const vote = { ...row, ...(cut ? { cut: cutToStore(cut) } : {}), ...proof?.evidence }
  await inTurn([
    spendNonce(tx, { nonce: approval.nonce, used }),
    ...counted,
    insertRows(tx.run, 'approval', [vote]),
  ])
}
