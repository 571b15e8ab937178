import type { Delegation } from '@/lib/domain/delegation'
import type { DecisionId, PersonId, PolicySetVersion, RequestId, TenantId } from '@/lib/domain/ids'
import type { Filed, SubmitRequest } from '@/lib/domain/request'
import { highestSensitivity, type Scope } from '@/lib/domain/scope'
import type { RequestState } from '@/lib/domain/status'
import type { Tx } from './commit'
import { holdProposed, holdWaiting } from './hold'
import { inTurn } from './in-turn'
import { insertRows } from './insert-rows'
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
  const row = {
    id: filed.requestId,
    tenantId: requester.tenantId,
    requesterId: requester.id,
    filedFrom: input.filedFrom ?? null,
    submission,
    filed: now,
    ...termsOf(request),
    delegation: request.delegation,
  }
  await inTurn([insertRows(tx.run, 'request', [row]), insertRequestScopes(tx, filed.requestId, scopes)])
}

const insertRequestScopes = (tx: Tx, requestId: RequestId, scopes: readonly Scope[]) => {
  const rows = scopes.map((scope) => ({ requestId, ...snapshotOf(scope) }))
  return insertRows(tx.run, 'request_scope', rows)
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

const MOVE = `update request set state = $2, decided = $3::timestamptz, rev = rev + 1, next_mark = $4::timestamptz,
    stages = coalesce($5::jsonb, stages), answer_by = coalesce($6::timestamptz, answer_by),
    cools_until = coalesce($7::timestamptz, cools_until)
  where id = $1`

/** Moves a waiting request on, over the revision that was read and before its time to answer is over. */
export async function moveRequest(
  tx: Tx,
  read: { id: RequestId; rev: number },
  to: { state: RequestState; decided: Date | null; waiting?: Waiting; coolsUntil?: Date | null },
): Promise<void> {
  const { waiting } = to
  const left = [
    waiting?.nextMark ?? null,
    waiting ? JSON.stringify(stagesToStore(waiting.stages)) : null,
    waiting?.answerBy ?? null,
    to.coolsUntil ?? null,
  ]
  await inTurn([holdWaiting(tx, read), tx.run(MOVE, read.id, to.state, to.decided, ...left)])
}
