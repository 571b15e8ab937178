import { AgentId, DecisionId, GrantId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'
import { database } from './database'

// For a signature, or for the human of the agent that proposed it.
const WAITING = ['awaiting', 'proposed'] as const

export type Overdue = {
  requestId: RequestId
  grantId: GrantId | null
  agentId: AgentId
  tenantId: TenantId
  requesterId: PersonId
  decisionIds: DecisionId[]
}

/** Requests whose time to answer is over and grants whose time ran out, of which the trail does not know yet. */
export async function listOverdue(
  now: Date,
  take = 100,
): Promise<{ requests: Overdue[]; grants: Overdue[] }> {
  const select = { id: true, agentId: true, tenantId: true, requesterId: true, decisionIds: true } as const
  const [requests, grants] = await Promise.all([
    database().request.findMany({
      where: { state: { in: [...WAITING] }, answerBy: { lte: now }, lapseNoted: false },
      select,
      take,
    }),
    database().grant.findMany({
      where: { state: 'live', expires: { lte: now }, expiryNoted: false },
      select: { ...select, requestId: true },
      take,
    }),
  ])
  const parties = (row: {
    agentId: string
    tenantId: string
    requesterId: string
    decisionIds: string[]
  }) => ({
    agentId: AgentId.parse(row.agentId),
    tenantId: TenantId.parse(row.tenantId),
    requesterId: PersonId.parse(row.requesterId),
    decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
  })
  return {
    requests: requests.map((row) => ({ ...parties(row), requestId: RequestId.parse(row.id), grantId: null })),
    grants: grants.map((row) => ({
      ...parties(row),
      requestId: RequestId.parse(row.requestId),
      grantId: GrantId.parse(row.id),
    })),
  }
}

/** Over the time it was found at: a request that was edited since waits anew, and nothing is written of it. */
export async function noteOverdue(tx: Tx, { requestId, grantId }: Overdue, now: Date): Promise<void> {
  if (grantId)
    expectOne(
      await tx.grant.updateMany({
        where: { id: grantId, state: 'live', expires: { lte: now }, expiryNoted: false },
        data: { expiryNoted: true },
      }),
    )
  else
    expectOne(
      await tx.request.updateMany({
        where: { id: requestId, state: { in: [...WAITING] }, answerBy: { lte: now }, lapseNoted: false },
        data: { lapseNoted: true },
      }),
    )
}

/** What was presented once and cannot be valid any more needs no remembering. */
export async function forgetOutOfTime(tx: Tx, now: Date): Promise<void> {
  const gone = { where: { expires: { lt: new Date(now.getTime() - 120_000) } } }
  await tx.usedOnce.deleteMany(gone)
  await tx.workloadPin.deleteMany(gone)
  await tx.agentAnswer.deleteMany(gone)
  await tx.signingNonce.deleteMany(gone)
  await tx.rateCount.deleteMany(gone)
}
