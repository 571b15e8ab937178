import { type GrantId, type PersonId, RequestId, ScopeId } from '@/lib/domain/ids'
import { type IssueFacts, mandateProblem } from '@/lib/domain/issue'
import { highestSensitivity, type Scope } from '@/lib/domain/scope'
import { type EarlierStep, MAX_STEPS, STEP_SECONDS } from '@/lib/domain/step'
import { ChangedMeanwhile, runIn, type Tx } from './commit'
import { database } from './database'
import { holdProposed } from './hold'
import { lockGrounds, rowsOfGrant } from './issue-locks'
import { takeFromQuotas } from './rate-counts'
import { snapshotOf } from './rows'

type Between = { agentId: string; requesterId: PersonId; now: Date }

const dayBefore = (now: Date) => new Date(now.getTime() - STEP_SECONDS * 1000)

/** What an agent proposed to a person within a day and was not confirmed. */
export async function listEarlierSteps(
  { agentId, requesterId, now }: Between,
  db: Pick<Tx, 'request'> = database(),
): Promise<EarlierStep[]> {
  const rows = await db.request.findMany({
    where: {
      ...{ agentId, requesterId, proposedUnder: { not: null }, decisionIds: { isEmpty: true } },
      OR: [
        { state: 'proposed', answerBy: { gt: now } },
        { state: 'withdrawn', decided: { gt: dayBefore(now) } },
      ],
    },
    select: { state: true, scopes: { select: { scopeId: true } } },
    take: 200,
  })
  return rows.map(({ state, scopes }) => ({
    state: state === 'proposed' ? 'waiting' : 'declined',
    scopeIds: scopes.map(({ scopeId }) => ScopeId.parse(scopeId)),
  }))
}

export type StepToStore = {
  facts: IssueFacts
  id: RequestId
  goal: string
  justification: string
  ticket: string
  durationSeconds: number
  scopes: readonly Scope[]
  answerBy: Date
}

/**
 * Stores a proposal. One agent makes one at a time: the row of its quota is held until the commit, so that `again` sees
 * every earlier one. What was revoked, suspended or disabled meanwhile is followed by none.
 */
export async function insertStep(
  tx: Tx,
  { facts, id, scopes, ...of }: StepToStore,
  again: (earlier: readonly EarlierStep[]) => boolean,
): Promise<void> {
  const { grant, agent, requester, now } = facts
  const parties = { grantId: grant.id, requesterId: requester.id, agentId: agent.id }
  await takeFromQuotas(tx, { keys: [`proposed for ${agent.id}`], most: MAX_STEPS.perHour, seconds: 3600 })
  if (mandateProblem(parties, await lockGrounds(runIn(tx), rowsOfGrant(parties))))
    throw new ChangedMeanwhile()
  const earlier = await listEarlierSteps({ agentId: agent.id, requesterId: requester.id, now }, tx)
  if (again(earlier)) throw new ChangedMeanwhile()
  await tx.request.create({
    data: {
      ...of,
      ...{ id, tenantId: grant.tenantId, requesterId: requester.id, agentId: agent.id, state: 'proposed' },
      ...{ goalCategory: facts.request.goalCategory, environment: grant.environment, stages: [] },
      ...{ policySet: facts.policyVersion ?? '', digest: '', filed: now, waitEnds: of.answerBy },
      ...{ sensitivity: highestSensitivity(scopes), proposedUnder: grant.id },
      scopes: { createMany: { data: scopes.map(snapshotOf) } },
    },
  })
}

export type StepRow = {
  id: RequestId
  state: 'proposed' | 'lapsed' | 'declined' | 'confirmed'
  answerBy: Date
}

/** What was proposed under a grant, newest first. */
export async function listSteps(under: GrantId, now: Date): Promise<StepRow[]> {
  const rows = await database().request.findMany({
    where: { proposedUnder: under },
    select: { id: true, state: true, answerBy: true, decisionIds: true },
    orderBy: [{ filed: 'desc' }, { id: 'desc' }],
    take: 50,
  })
  return rows.map(({ id, state, answerBy, decisionIds }) => ({
    id: RequestId.parse(id),
    answerBy,
    state:
      decisionIds.length > 0
        ? 'confirmed'
        : state !== 'proposed'
          ? 'declined'
          : answerBy <= now
            ? 'lapsed'
            : state,
  }))
}

/** A proposal that its human declined. */
export async function declineRow(
  tx: Tx,
  read: { id: RequestId; rev: number },
  reason: string,
): Promise<void> {
  const decided = await holdProposed(tx, read)
  await tx.request.update({
    where: { id: read.id },
    data: { state: 'withdrawn', declineReason: reason, decided, rev: { increment: 1 } },
  })
}
