import type { Prisma } from '@/generated/prisma/client'
import { type Judged, type OpenDecision, questionOf } from '@/lib/domain/evaluated'
import { DecisionId, GrantId, PolicySetVersion, RequestId, ScopeId, type TenantId } from '@/lib/domain/ids'
import type { Answer } from '@/lib/domain/question'
import type { ScopeDecision } from '@/lib/domain/request'
import type { DecisionRecord } from '@/lib/domain/request-record'
import { WireReason } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import { canonicalJson } from '@/lib/trail/canonical'
import type { Tx } from './commit'
import { database } from './database'
import { insertRows } from './insert-rows'
import { VerdictRow } from './rows'

const decisionOfRow = (row: Prisma.DecisionGetPayload<object>): DecisionRecord => ({
  ...row,
  id: DecisionId.parse(row.id),
  requestId: row.requestId === null ? null : RequestId.parse(row.requestId),
  grantId: row.grantId === null ? null : GrantId.parse(row.grantId),
  scopeId: row.scopeId === null ? null : ScopeId.parse(row.scopeId),
  policySet: PolicySetVersion.parse(row.policySet),
  verdict: VerdictRow.parse(row.verdict),
  reason: row.reason === null ? null : WireReason.parse(row.reason),
})

/** The decisions about a request, newest first. What its resource servers asked stands in the timeline. */
export async function listRequestDecisions(requestId: RequestId): Promise<DecisionRecord[]> {
  const rows = await database().decision.findMany({
    where: { requestId, asked: { not: 'online' } },
    orderBy: [{ made: 'desc' }, { id: 'asc' }],
    take: 500,
  })
  return rows.map(decisionOfRow)
}

export async function findDecision(id: DecisionId): Promise<(DecisionRecord & { tenantId: string }) | null> {
  const row = await database().decision.findUnique({ where: { id } })
  return row && { ...decisionOfRow(row), tenantId: row.tenantId }
}

export type DecisionSubject = {
  tenantId: TenantId
  requestId: RequestId
  grantId?: GrantId
  /** When it was asked: filing, closing the last stage, issuing a credential, handing on, or by a server at a call. */
  asked: 'filed' | 'closed' | 'issued' | 'handed on' | 'online'
  made: Date
}

/** A row of decisions, whatever it is about: its input is what policy was asked, in canonical JSON. */
export type DecisionToStore = object & { input: string }

const answerColumns = (answer: Answer, made: Date) => ({
  policySet: answer.policySet,
  input: answer.input,
  verdict: answer.verdict,
  stages: answer.stages.map(({ escalate, ...stage }) => ({
    ...stage,
    ...(escalate ? { escalate: { ...escalate } } : {}),
  })),
  policyIds: answer.policies.map((policy) => policy.id),
  says: answer.policies.map((policy) => policy.says),
  errors: [...answer.errors],
  made,
})

/** The columns of a stored decision: its full input and the policy set's version, so that it can be replayed. */
export const decisionRow = ({ id, scope, answer }: ScopeDecision, subject: DecisionSubject) => ({
  id,
  tenantId: scope.tenantId,
  requestId: subject.requestId,
  grantId: subject.grantId ?? null,
  scopeId: scope.id,
  asked: subject.asked,
  action: scope.action,
  resource: scope.resource,
  ...answerColumns(answer, subject.made),
})

/** The same of a question about nobody's task, for the tenant whose resource server asked. */
export const openDecisionRow = (
  { id, evaluation, answer }: OpenDecision,
  { tenantId, made }: { tenantId: TenantId; made: Date },
) => ({
  ...{ id, tenantId, requestId: null, grantId: null, scopeId: null, asked: 'online' },
  ...{ action: evaluation.action.name, resource: evaluation.resource.id },
  ...answerColumns(answer, made),
})

/** The same of a question that was refused before policy was asked. Its input is the question. */
export const unaskedDecisionRow = (
  judged: Judged,
  { reason, description }: WireNo,
  { policySet, made }: { policySet: PolicySetVersion; made: Date },
) => {
  const { id, evaluation, server, task } = judged
  const grant = task?.facts.grant
  const input = canonicalJson(questionOf(judged))
  const answer = { input, policySet, verdict: 'refused', stages: [], policies: [], errors: [] } as const
  return {
    ...{ id, tenantId: grant?.tenantId ?? server.tenantId, requestId: grant?.requestId ?? null },
    ...{ grantId: grant?.id ?? null, scopeId: null, asked: 'online' },
    ...{ action: evaluation.action.name, resource: evaluation.resource.id },
    ...{ ...answerColumns(answer, made), says: [description], reason },
  }
}

export async function insertDecisions(
  tx: Tx,
  decisions: readonly ScopeDecision[],
  subject: DecisionSubject,
): Promise<void> {
  const rows = decisions.map((decision) => decisionRow(decision, subject))
  await insertRows(tx.run, 'decision', rows)
}
