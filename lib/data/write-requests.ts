import type { Delegation } from '@/lib/domain/delegation'
import type { DecisionId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import type { Filed, SubmitRequest } from '@/lib/domain/request'
import { highestSensitivity, type Scope } from '@/lib/domain/scope'
import type { RequestState } from '@/lib/domain/status'
import type { Tx } from './commit'
import { holdProposed, holdWaiting } from './hold'
import { delegationToStore, snapshotOf, stagesToStore } from './rows'

export type RequestToStore = {
  filed: Filed
  input: SubmitRequest
  requester: { id: PersonId; tenantId: TenantId }
  goalCategory: string
  delegation: Delegation | null
  scopes: readonly Scope[]
  policySet: PolicySetVersion
  digest: string
  decisionIds: readonly DecisionId[]
  now: Date
}

const termsOf = ({
  filed,
  input,
  goalCategory,
  delegation,
  scopes,
  policySet,
  digest,
  decisionIds,
  now,
}: RequestToStore) => ({
  agentId: input.agentId,
  templateId: input.templateId ?? null,
  goal: input.goal,
  goalCategory,
  justification: input.justification,
  ticket: input.ticket,
  environment: input.environment,
  durationSeconds: input.durationMinutes * 60,
  delegation: delegationToStore(delegation),
  sensitivity: highestSensitivity(scopes),
  state: filed.state,
  stages: stagesToStore(filed.stages),
  policySet,
  digest,
  decisionIds: [...decisionIds],
  answerBy: filed.answerBy,
  waitEnds: filed.waitEnds,
  nextMark: filed.nextMark,
  decided: filed.state === 'awaiting' ? null : now,
})

/** `submission` tells the form it came from: a second of the same is refused by its unique row. */
export async function insertRequest(
  tx: Tx,
  request: RequestToStore,
  submission: string | null,
): Promise<void> {
  const { filed, requester, input, now, scopes } = request
  await tx.request.create({
    data: {
      id: filed.requestId,
      tenantId: requester.tenantId,
      requesterId: requester.id,
      filedFrom: input.filedFrom ?? null,
      submission,
      filed: now,
      ...termsOf(request),
    },
  })
  await insertRequestScopes(tx, filed.requestId, scopes)
}

const insertRequestScopes = async (tx: Tx, requestId: RequestId, scopes: readonly Scope[]) => {
  await tx.requestScope.createMany({ data: scopes.map((scope) => ({ requestId, ...snapshotOf(scope) })) })
}

/** The next version of a waiting request, over the revision that was read. */
export async function replaceRequest(
  tx: Tx,
  read: { version: number; rev: number },
  request: RequestToStore,
): Promise<void> {
  const { requestId } = request.filed
  await holdWaiting(tx, { id: requestId, rev: read.rev })
  await tx.request.update({
    where: { id: requestId },
    data: { ...termsOf(request), version: read.version + 1, rev: { increment: 1 } },
  })
  await tx.requestScope.deleteMany({ where: { requestId } })
  await insertRequestScopes(tx, requestId, request.scopes)
}

/** A proposal that its human confirmed, over the revision that was read: filed from now on, as its first version. */
export async function confirmRow(
  tx: Tx,
  read: { rev: number; version: number },
  request: RequestToStore,
): Promise<void> {
  const { requestId } = request.filed
  await holdProposed(tx, { id: requestId, rev: read.rev })
  await tx.request.update({
    where: { id: requestId },
    data: { ...termsOf(request), rev: { increment: 1 } },
  })
  await tx.requestScope.deleteMany({ where: { requestId } })
  await insertRequestScopes(tx, requestId, request.scopes)
}

/** What a request still waits for, and until when. */
type Waiting = Pick<Filed, 'stages' | 'answerBy' | 'nextMark'>

/**
 * Moves a waiting request on, over the revision that was read and before its time to answer is over. Returns the
 * time under the lock.
 */
export async function moveRequest(
  tx: Tx,
  read: { id: RequestId; rev: number },
  to: { state: RequestState; decided: Date | null; waiting?: Waiting; coolsUntil?: Date | null },
): Promise<Date> {
  const now = await holdWaiting(tx, read)
  await tx.request.update({
    where: { id: read.id },
    data: {
      state: to.state,
      decided: to.decided,
      rev: { increment: 1 },
      nextMark: to.waiting?.nextMark ?? null,
      ...(to.waiting ? { stages: stagesToStore(to.waiting.stages), answerBy: to.waiting.answerBy } : {}),
      ...(to.coolsUntil ? { coolsUntil: to.coolsUntil } : {}),
    },
  })
  return now
}
