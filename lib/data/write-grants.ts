import type { AgentId, DecisionId, GrantId, MandateId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { OpenedGrant } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import { expectOne, type Tx } from './commit'
import { snapshotOf } from './rows'

export type GrantToStore = {
  grant: OpenedGrant
  requestId: RequestId
  tenantId: TenantId
  requesterId: PersonId
  agentId: AgentId
  environment: string
  decisionIds: readonly DecisionId[]
  scopes: readonly Scope[]
}

export async function insertGrant(
  tx: Tx,
  { grant, scopes, decisionIds, ...of }: GrantToStore,
): Promise<void> {
  await tx.grant.create({ data: { ...grant, ...of, decisionIds: [...decisionIds], state: 'live' } })
  await tx.grantScope.createMany({
    data: scopes.map((scope) => ({ grantId: grant.id, ...snapshotOf(scope) })),
  })
}

/** Ends a live grant: one row decides, everything below it asks this row. */
export async function endGrantRow(
  tx: Tx,
  id: GrantId,
  to: { state: 'completed' | 'revoked'; ended: Date; endedBy: string; endReason: string | null },
): Promise<void> {
  expectOne(
    await tx.grant.updateMany({
      where: { id, state: 'live', expires: { gt: to.ended } },
      data: { ...to, rev: { increment: 1 } },
    }),
  )
}

export const insertMandate = async (
  tx: Tx,
  mandate: { id: MandateId; grantId: GrantId; toHuman: PersonId; issued: Date; expires: Date },
): Promise<void> => {
  await tx.mandate.create({ data: mandate })
}
