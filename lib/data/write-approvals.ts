import type { ApprovalId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'
import { database } from './database'

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

export const insertSigningNonce = async (tx: Tx, nonce: NonceRecord): Promise<void> => {
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
  nonce: string
  preimage: string
  digest: string
  signed: Date
}

/** Stores a vote and spends its nonce. A second use, a second vote in the stage: changed meanwhile. */
export async function insertApproval(tx: Tx, approval: ApprovalToStore): Promise<void> {
  expectOne(
    await tx.signingNonce.updateMany({
      where: { nonce: approval.nonce, used: null, expires: { gt: approval.signed } },
      data: { used: approval.signed },
    }),
  )
  await tx.approval.create({ data: approval })
}
