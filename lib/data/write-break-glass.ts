import { Prisma } from '@/generated/prisma/client'
import type { PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { PasskeyProof } from '@/lib/domain/passkey'
import { expectOne, type Tx } from './commit'
import { spendNonce } from './write-approvals'
import { countPasskey } from './write-passkeys'

/** A document that somebody signed, with the dialog it was shown in. */
export type SignedDocument = {
  nonce: string
  preimage: string
  digest: string
  proof: PasskeyProof | null
  signed: Date
}

async function spend(tx: Tx, { nonce, proof, signed }: SignedDocument): Promise<void> {
  await spendNonce(tx, { nonce, used: signed })
  if (proof) await countPasskey(tx, proof.passkey, { counter: proof.counter, used: signed })
}

type Use = { requestId: RequestId; tenantId: TenantId; personId: PersonId }

/** Stores a use of break-glass. One person has one that is not reviewed: a second is refused by its unique row. */
export async function insertBreakGlass(
  tx: Tx,
  use: Use,
  document: SignedDocument & { proof: PasskeyProof },
): Promise<void> {
  await spend(tx, document)
  const { preimage, digest, proof, signed } = document
  await tx.breakGlass.create({
    data: { ...use, openFor: use.personId, preimage, digest, signed, proof: { ...proof.evidence } },
  })
}

/** Stores the review of a use that waits for one, and lets its requester break glass again. */
export async function reviewBreakGlass(
  tx: Tx,
  { requestId, by, note }: { requestId: RequestId; by: PersonId; note: string },
  document: SignedDocument,
): Promise<void> {
  await spend(tx, document)
  const { preimage, digest, proof, signed } = document
  expectOne(
    await tx.breakGlass.updateMany({
      where: { requestId, reviewed: null },
      data: {
        openFor: null,
        reviewedBy: by,
        reviewed: signed,
        reviewNote: note,
        reviewPreimage: preimage,
        reviewDigest: digest,
        reviewProof: proof ? { ...proof.evidence } : Prisma.DbNull,
      },
    }),
  )
}
