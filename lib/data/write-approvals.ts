import type { ApprovalId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { PasskeyProof } from '@/lib/domain/passkey'
import type { Cut } from '@/lib/domain/terms'
import { expectOne, type Tx } from './commit'
import { database } from './database'
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

export const findSigningNonce = (nonce: string): Promise<NonceRecord | null> =>
  database().signingNonce.findUnique({ where: { nonce } })

/** How many dialogs about one request a person may have open. */
const OPEN_NONCES = 32

/** Keeps what somebody was shown. The oldest they never signed make room: their number is bounded. */
export async function insertSigningNonce(tx: Tx, nonce: NonceRecord): Promise<void> {
  const { requestId, personId } = nonce
  const oldest = await tx.signingNonce.findMany({
    where: { requestId, personId, used: null },
    orderBy: { expires: 'desc' },
    skip: OPEN_NONCES - 1,
    select: { nonce: true },
  })
  await tx.signingNonce.deleteMany({ where: { nonce: { in: oldest.map((one) => one.nonce) } } })
  await tx.signingNonce.create({ data: nonce })
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

/** Spends what somebody was shown, which is valid `now`. A second use changes nothing. */
export async function spendNonce(
  tx: Tx,
  { nonce, used }: { nonce: string; used: Date },
  now: Date,
): Promise<void> {
  const where = { nonce, used: null, expires: { gt: now } }
  expectOne(await tx.signingNonce.updateMany({ where, data: { used } }))
}

/** What a signature took away, as it is stored. */
export const cutToStore = ({ delegation, ...cut }: Cut) => ({
  ...{ ...cut, struck: [...cut.struck] },
  ...(delegation ? { delegation: { ...delegation, struck: [...delegation.struck] } } : {}),
})

/**
 * Stores a vote, spends its nonce, which is valid `now`, and moves the counter of the passkey. A second use, a second
 * vote, a passkey that was removed: changed meanwhile.
 */
export async function insertApproval(tx: Tx, approval: ApprovalToStore, now: Date): Promise<void> {
  await spendNonce(tx, { nonce: approval.nonce, used: approval.signed }, now)
  const { proof, cut, ...row } = approval
  if (proof) await countPasskey(tx, proof.passkey, { counter: proof.counter, used: approval.signed })
  await tx.approval.create({
    data: { ...row, ...(cut ? { cut: cutToStore(cut) } : {}), ...proof?.evidence },
  })
}
