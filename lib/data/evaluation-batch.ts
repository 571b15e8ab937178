import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import { decisionAskedEvent, type Judged, type TaskQuestion, type Verdict } from '@/lib/domain/evaluated'
import type { LockedRows } from '@/lib/domain/grounds'
import { PolicySetVersion } from '@/lib/domain/ids'
import { endOfIssue, grantsOfIssue, type IssueFacts, issueGrounds, issueProblem } from '@/lib/domain/issue'
import { afterUse } from '@/lib/domain/uses'
import { refuseProof } from '@/lib/domain/wire-reasons'
import type { RunSql } from './append-events'
import { appendUnmoved, type UnmovedAnswer } from './append-unmoved'
import { type BatchStep, groupCommit } from './commit-batch'
import { decisionRow, openDecisionRow, unaskedDecisionRow } from './decisions'
import { holdTrust, lockGrounds, rowsOf } from './issue-locks'
import { writeDecisionRows } from './issue-writes'
import type { GroundsRev } from './kept-unmoved'
import { firstUsesIn, type Presented } from './once'
import { GrantStateRow } from './rows'

/** A question that policy has answered, to be told if nothing has changed since. */
export type EvaluationAsk = {
  act: Act
  judged: Judged
  /** Who was believed when it was judged. */
  trustRev: GroundsRev
  /** What the server proved itself with, spent together with this. Absent when it was spent before. */
  assertion?: Presented
}

/**
 * `moved`: what it was judged with has changed, so it has to be judged again; the assertion is spent. `replayed`: it had
 * been spent before.
 */
export type EvaluationAnswer = { kind: 'told'; verdict: Verdict } | { kind: 'moved' } | { kind: 'replayed' }

const HeldGrant = z.object({
  id: z.string(),
  state: GrantStateRow,
  expires: z.date(),
  usesLeft: z.number().nullable(),
})
/** What must stop a yes, as it is while the transaction holds it. */
export type Held = {
  locked: LockedRows
  left: Map<string, number | null>
  takenBack: ReadonlySet<string>
  trustRev: GroundsRev
}

const holdGrants = (how: 'no key update' | 'share') => `select id, state, expires, uses_left as "usesLeft"
  from permission_grant where id = any($1::text[]) order by id for ${how}`

// Exclusive, since uses are counted: of two replicas that ask for the last one, the second waits and finds none.
const HOLD_TO_COUNT = holdGrants('no key update')
/** For who only looks. */
export const HOLD_TO_LOOK = holdGrants('share')

const HOLD_CREDENTIALS = `select id, revoked is not null as "isTakenBack" from credential
  where id = any($1::text[]) order by id for share`

const SPEND = `update permission_grant g set uses_left = u.left from
  json_to_recordset($1::json) as u(id text, "left" int) where g.id = u.id`

const sorted = (ids: readonly string[]) => [...new Set(ids)].sort()
const grantOf = ({ facts }: TaskQuestion) => facts.grant.id

const allowedTasks = (asks: readonly Pick<EvaluationAsk, 'judged'>[]): TaskQuestion[] =>
  asks.flatMap(({ judged: { task, refusal } }) => (task && !refusal ? [task] : []))

const issueOf = ({ facts, decision }: TaskQuestion, decidedBy: IssueFacts['policyVersion']) =>
  decision && decidedBy && { facts, decidedBy, scopes: [decision.scope] }

/** The grants come last before the log's head, in the order every writer takes them; then the head. */
export async function hold(
  run: RunSql,
  asks: readonly Pick<EvaluationAsk, 'judged'>[],
  grantsSql = HOLD_TO_COUNT,
): Promise<Held> {
  const tasks = allowedTasks(asks)
  const grounds = tasks.flatMap((task) => {
    const issue = issueOf(task, task.facts.policyVersion)
    return issue ? [issueGrounds(issue)] : []
  })
  const of = rowsOf(grounds)
  const servers = [...of.servers, ...asks.map(({ judged }) => judged.server.id)]
  const locked = await lockGrounds(run, { ...of, servers })
  const grants = HeldGrant.array().parse(
    await run(grantsSql, sorted(tasks.flatMap(({ facts }) => grantsOfIssue(facts)))),
  )
  const shown = tasks.flatMap(({ credentialId }) => credentialId ?? [])
  const credentials = shown.length > 0 ? await run(HOLD_CREDENTIALS, sorted(shown)) : []
  return {
    locked: { ...locked, grants: new Map(grants.map((grant) => [grant.id, grant])) },
    left: new Map(grants.map(({ id, usesLeft }) => [id, usesLeft])),
    takenBack: new Set(credentials.flatMap(({ id, isTakenBack }) => (isTakenBack ? String(id) : []))),
    trustRev: await holdTrust(run),
  }
}

/** The last look, under lock. Whatever is allowed under a grant that counts spends one of its uses. */
export function judge(
  { judged, trustRev }: Pick<EvaluationAsk, 'judged' | 'trustRev'>,
  { locked, left, takenBack, ...held }: Held,
): EvaluationAnswer {
  const { task, server, decidedBy } = judged
  const told = (verdict: Verdict): EvaluationAnswer => ({ kind: 'told', verdict })
  if (judged.refusal) return told({ refusal: judged.refusal })
  if (locked.servers.get(server.id)?.suspended !== null)
    return told({ refusal: refuseProof('target_suspended') })
  if (decidedBy === null || locked.policyVersion !== decidedBy || held.trustRev !== trustRev)
    return { kind: 'moved' }
  if (!task) return told({ refusal: null, usesLeft: null })
  const issue = issueOf(task, decidedBy)
  const problem = issue ? issueProblem(issue, locked) : 'grant_unknown'
  if (problem === 'moved') return { kind: 'moved' }
  if (problem) return told({ refusal: refuseProof(problem) })
  if (task.credentialId && takenBack.has(task.credentialId))
    return told({ refusal: refuseProof('token_revoked') })
  const usesLeft = left.get(grantOf(task)) ?? null
  const after = afterUse(usesLeft)
  if (!after) return told({ refusal: refuseProof('grant_spent') })
  left.set(grantOf(task), after.left)
  return told({ refusal: null, usesLeft: after.left })
}

const subjectOf = ({ tenantId, requestId, id }: IssueFacts['grant']) => ({
  ...{ tenantId, requestId, grantId: id, asked: 'online' as const },
})

/** The stored decision: what policy answered, or that it was not asked, and why the answer is a no all the same. */
function rowOf(
  { judged }: EvaluationAsk,
  { refusal }: Verdict,
  { now: made, policyVersion }: LockedRows,
): object[] {
  const { task, open, server } = judged
  const reason = refusal?.reason ?? null
  if (open) return [{ reason, ...openDecisionRow(open, { tenantId: server.tenantId, made }) }]
  if (task?.decision) {
    const subject = { made, ...subjectOf(task.facts.grant) }
    return [{ reason, ...decisionRow(task.decision, subject) }]
  }
  if (!refusal) return []
  if (!policyVersion) throw new Error('No policy set is in force.')
  return [unaskedDecisionRow(judged, refusal, { policySet: PolicySetVersion.parse(policyVersion), made })]
}

async function spend(run: RunSql, { left }: Held, before: ReadonlyMap<string, number | null>): Promise<void> {
  const spent = [...left].filter(([id, uses]) => uses !== before.get(id))
  if (spent.length > 0) await run(SPEND, JSON.stringify(spent.map(([id, uses]) => ({ id, left: uses }))))
}

const REPLAYED: EvaluationAnswer = { kind: 'replayed' }

const step: BatchStep<EvaluationAsk, EvaluationAnswer> = async (run, asks, meanwhile) => {
  const presented = asks.flatMap(({ assertion }) => assertion ?? [])
  const [isFirst, held] = await Promise.all([firstUsesIn(run, presented), hold(run, asks)])
  const before = new Map(held.left)
  const answers = asks.map((ask) => {
    const isReplayed = ask.assertion && !isFirst(ask.assertion.key)
    return { ask, answer: isReplayed ? REPLAYED : judge(ask, held) }
  })
  const rows = answers.flatMap(({ ask, answer }) =>
    answer.kind === 'told' ? rowOf(ask, answer.verdict, held.locked) : [],
  )
  meanwhile(Promise.all([spend(run, held, before), writeDecisionRows(run, rows)]))
  return answers.map(({ ask, answer }) => ({
    answer,
    act: ask.act,
    events: answer.kind === 'told' ? [decisionAskedEvent(ask.judged, answer.verdict)] : [],
  }))
}

/**
 * The same for what is allowed on what is known already, where nobody counts, if the grounds have not moved.
 */
export async function tellUnmoved(
  { act, judged, assertion }: Omit<EvaluationAsk, 'trustRev'>,
  { groundsRev, now: made }: { groundsRev: GroundsRev; now: Date },
): Promise<UnmovedAnswer> {
  const { task } = judged
  if (!task?.decision) return 'stale'
  const { grant } = task.facts
  return appendUnmoved({
    ...{ groundsRev, until: endOfIssue(task.facts), act },
    ...(assertion ? { proof: assertion } : {}),
    ...(task.credentialId ? { shown: task.credentialId } : {}),
    decisions: [decisionRow(task.decision, { made, ...subjectOf(grant) })],
    event: decisionAskedEvent(judged, { refusal: null, usesLeft: null }),
  })
}

/**
 * Answers the questions of resource servers, one transaction for all in flight: what must stop a yes is held still, uses
 * are counted, decision and event are written. No event, no answer.
 */
export const answerEvaluation = groupCommit(step)
