import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findSignedApproval } from '@/lib/data/signed-approvals'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { approvalFile } from '@/lib/domain/evidence'
import { ApprovalId, RequestId } from '@/lib/domain/ids'
import type { JsonObject } from '@/lib/domain/json'
import { done, type Result, refusal } from '@/lib/domain/result'

export const ExportApproval = z.object({ requestId: RequestId, approvalId: ApprovalId })
export type ExportApproval = z.infer<typeof ExportApproval>

/** An approval as a file, for whoever may see the request. Who takes it out is noted before it leaves. */
export async function exportApproval(
  actor: Actor,
  act: Act,
  { requestId, approvalId }: ExportApproval,
): Promise<Result<{ id: ApprovalId; file: JsonObject }>> {
  const request = await findVisibleRequest(actor, requestId)
  if (!request) return refusal('not_found')
  const approval = await findSignedApproval(approvalId, request.id)
  // The signed terms name the scopes of every tenant: only the requester's own and the signer's own see them whole.
  const isWhole = request.tenantId === actor.tenantId || approval?.tenantId === actor.tenantId
  if (!approval || !isWhole) return refusal('not_found')
  return commit(
    act,
    done({ id: approvalId, file: approvalFile(approval) }, {
      type: 'approval.exported',
      outcome: 'done',
      tenantId: actor.tenantId,
      humanId: actor.personId,
      agentId: request.agent.id,
      requestId: request.id,
      data: { approval: approvalId, digest: approval.digest },
    } as const),
  )
}
