import { endedWithParent } from '@/lib/domain/child-grant'
import type { Delegation } from '@/lib/domain/delegation'
import type { TrailEvent } from '@/lib/domain/events'
import type { GrantEnd } from '@/lib/domain/grant'
import type { AgentId, DecisionId, GrantId, MandateId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { type GrantParties, mandateProblem } from '@/lib/domain/issue'
import type { OpenedGrant } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import { ChangedMeanwhile, runIn, type Tx } from './commit'
import { holdBelow, holdRoot } from './grant-trees'
import { holdLive } from './hold'
import { inTurn } from './in-turn'
import { insertRows } from './insert-rows'
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
  /** The sub-agents that the signatures it stands on count for too. */
  delegation: Delegation | null
}

export async function insertGrant(
  tx: Tx,
  { grant, scopes, decisionIds, delegation, ...of }: GrantToStore,
): Promise<void> {
  const row = { ...grant, ...of, usesLeft: of.uses, decisionIds, delegation, state: 'live' }
  const kept = scopes.map((scope) => ({ grantId: grant.id, ...snapshotOf(scope) }))
  await inTurn([
    insertRows(tx.run, 'permission_grant', [row]),
    insertRows(tx.run, 'grant_scope', kept),
    insertGrantStatus(tx.run, grant.id, grant.opened),
  ])
}

/**
 * Ends a live grant and every grant below it, and answers the events of those. Whoever opens one below holds the root of
 * the tree first, as this does: so all of them are seen here, or their parent is over for whoever opens one.
 */
export async function endGrantRow(tx: Tx, id: GrantId, to: GrantEnd): Promise<TrailEvent[]> {
  await holdRoot(tx, id)
  await holdLive(tx, id)
  const below = await holdBelow(tx, id)
  await tx.grant.updateMany({
    where: { id: { in: [id, ...below.map((grant) => grant.id)] } },
    data: { ...to, rev: { increment: 1 } },
  })
  return below.map((grant) => endedWithParent(id, grant, to.state))
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
