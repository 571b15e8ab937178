import type { AgentId, DecisionId, GrantId, MandateId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { type GrantParties, mandateProblem } from '@/lib/domain/issue'
import type { OpenedGrant } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import { ChangedMeanwhile, runIn, type Tx } from './commit'
import { holdLive } from './hold'
import { lockGrounds, rowsOfGrant } from './issue-locks'
import { snapshotOf } from './rows'
import { noteSigned } from './signing-keys'
import { insertGrantStatus } from './status-lists'

export type GrantToStore = {
  grant: OpenedGrant
  requestId: RequestId
  tenantId: TenantId
  requesterId: PersonId
  agentId: AgentId
  environment: string
  decisionIds: readonly DecisionId[]
  scopes: readonly Scope[]
  durationSeconds: number
  /** Null: nobody counts. */
  uses: number | null
}

export async function insertGrant(
  tx: Tx,
  { grant, scopes, decisionIds, ...of }: GrantToStore,
): Promise<void> {
  await tx.grant.create({
    data: { ...grant, ...of, usesLeft: of.uses, decisionIds: [...decisionIds], state: 'live' },
  })
  await tx.grantScope.createMany({
    data: scopes.map((scope) => ({ grantId: grant.id, ...snapshotOf(scope) })),
  })
  await insertGrantStatus(tx, grant.id, grant.opened)
}

/** Ends a live grant: one row decides, everything below it asks this row. */
export async function endGrantRow(
  tx: Tx,
  id: GrantId,
  to: { state: 'completed' | 'revoked'; ended: Date; endedBy: string; endReason: string | null },
): Promise<void> {
  await holdLive(tx, id)
  await tx.grant.update({ where: { id }, data: { ...to, rev: { increment: 1 } } })
}

/** `kid`: the key that signed it. */
type MandateToStore = { id: MandateId; grantId: GrantId; kid: string; issued: Date; expires: Date } & (
  | { toHuman: PersonId }
  | { toAgent: AgentId }
)

/**
 * Stores a mandate while its grant and both parties are held still: what was revoked, suspended or disabled
 * meanwhile is never followed by an issue. Neither is the end of the key it was signed with.
 */
export async function insertMandate(
  tx: Tx,
  { kid, ...mandate }: MandateToStore,
  parties: GrantParties,
): Promise<void> {
  const of = { grantId: mandate.grantId, ...parties }
  if (mandateProblem(of, await lockGrounds(runIn(tx), rowsOfGrant(of)))) throw new ChangedMeanwhile()
  await noteSigned(tx, kid, mandate.expires)
  await tx.mandate.create({ data: mandate })
}
