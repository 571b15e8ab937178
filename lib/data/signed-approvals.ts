import { z } from 'zod'
import type { SignedApproval } from '@/lib/domain/evidence'
import { type ApprovalId, type RequestId, TenantId } from '@/lib/domain/ids'
import { database } from './database'

const EvidenceRow = z.object({
  credentialId: z.string(),
  credentialKey: z.string(),
  rpId: z.string(),
  origin: z.string(),
  authenticatorData: z.string(),
  clientData: z.string(),
  signature: z.string(),
})

/** One approval of a request with what was kept of its signature, and whose stage it answers. */
export async function findSignedApproval(
  id: ApprovalId,
  requestId: RequestId,
): Promise<(SignedApproval & { tenantId: TenantId }) | null> {
  const row = await database().approval.findFirst({ where: { id, requestId } })
  if (!row) return null
  const { signed, preimage, digest } = row
  return {
    ...{ id, signed, preimage, digest },
    tenantId: TenantId.parse(row.tenantId),
    evidence: row.credentialId === null ? null : EvidenceRow.parse(row),
  }
}
