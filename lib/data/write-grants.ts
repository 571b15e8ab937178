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

type MandateToStore = { id: MandateId; grantId: GrantId; issued: Date; expires: Date } & (
  | { toHuman: PersonId }
  | { toAgent: AgentId }
)

/** Stores a mandate while its grant is held still: what was revoked meanwhile is never followed by an issue. */
export async function insertMandate(tx: Tx, mandate: MandateToStore): Promise<void> {
  const live = await tx.$queryRaw<unknown[]>`select id from permission_grant
    where id = ${mandate.grantId} and state = 'live' and expires > ${mandate.issued} for share`
  expectOne(live.length)
  await tx.mandate.create({ data: mandate })
}
