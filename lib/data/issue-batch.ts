import type { Act } from '@/lib/domain/act'
import { type IssuedCredential, issuedEvent, lifetimeOf, refusedEvent } from '@/lib/domain/credential'
import type { LockedRows } from '@/lib/domain/grounds'
import type { CredentialId, PolicySetVersion } from '@/lib/domain/ids'
import { endOfIssue, grantsOfIssue, type IssueFacts, issueGrounds, issueProblem } from '@/lib/domain/issue'
import { scopeText } from '@/lib/domain/narrowing'
import type { ScopeDecision } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import type { WireReason } from '@/lib/domain/wire-reasons'
import { appendUnmoved, type UnmovedAnswer } from './append-unmoved'
import { type Answered, type BatchStep, groupCommit } from './commit-batch'
import { decisionRow } from './decisions'
import { holdTrust, lockGrounds, rowsOf } from './issue-locks'
import { writeCredentials, writeDecisions } from './issue-writes'
import type { GroundsRev } from './kept-unmoved'
import type { Presented } from './once'

/** A credential that policy has allowed, to be issued if nothing has changed since. */
export type IssueAsk = {
  act: Act
  id: CredentialId
  facts: IssueFacts
  decidedBy: PolicySetVersion
  decisions: readonly ScopeDecision[]
  jkt: string
  workload?: string
  /** Who was believed when it was proven. */
  trustRev: GroundsRev
}

/** `moved`: what it was proven or policy was asked with has changed, so it is proven and asked again. */
export type IssueAnswer =
  | { kind: 'issued'; credential: IssuedCredential }
  | { kind: 'refused'; reason: WireReason }
  | { kind: 'moved' }

const scopesOf = ({ decisions }: IssueAsk) => decisions.map(({ scope }) => scope)

function serverOf(scopes: readonly Scope[]): Scope['serverId'] {
  const [scope] = scopes
  if (!scope) throw new Error('A credential without a scope is not issued.')
  return scope.serverId
}

const MOVED: IssueAnswer = { kind: 'moved' }
const workloadOf = ({ workload }: IssueAsk) => (workload ? { workload } : {})

function judge(ask: IssueAsk, locked: LockedRows, trustRev: GroundsRev): IssueAnswer {
  if (ask.trustRev !== trustRev) return MOVED
  const scopes = scopesOf(ask)
  const problem = issueProblem({ ...ask, scopes }, locked)
  if (problem) return problem === 'moved' ? MOVED : { kind: 'refused', reason: problem }
  const credential = credentialOf(ask, locked.now)
  return credential ? { kind: 'issued', credential } : { kind: 'refused', reason: 'grant_expired' }
}

function credentialOf(ask: IssueAsk, now: Date): IssuedCredential | null {
  const lifetime = lifetimeOf(now, ask.facts.grant.expires)
  return lifetime && { id: ask.id, jkt: ask.jkt, scopes: scopesOf(ask), ...lifetime, ...workloadOf(ask) }
}

function answered(ask: IssueAsk, answer: IssueAnswer): Answered<IssueAnswer> {
  const { act, facts, decisions } = ask
  if (answer.kind === 'issued')
    return { answer, act, events: [issuedEvent(facts, answer.credential, decisions)] }
  if (answer.kind !== 'refused') return { answer, act, events: [] }
  const { reason } = answer
  const refused = { reason, agentId: facts.agent.id, decisions, ...workloadOf(ask) }
  return { answer, act, events: [refusedEvent(facts, refused)] }
}

const subjectOf = ({ facts }: Pick<IssueAsk, 'facts'>, made: Date) => ({
  tenantId: facts.grant.tenantId,
  requestId: facts.grant.requestId,
  grantId: facts.grant.id,
  asked: 'issued' as const,
  made,
})

const rowOf = (ask: IssueAsk, { id, jkt, scopes, issued, expires }: IssuedCredential) => ({
  id,
  jkt,
  issued,
  expires,
  scope: scopeText(scopes),
  grantId: ask.facts.grant.id,
  agentId: ask.facts.agent.id,
  serverId: serverOf(scopes),
  decisionIds: ask.decisions.map((decision) => decision.id),
})

const step: BatchStep<IssueAsk, IssueAnswer> = async (run, asks, meanwhile) => {
  const grounds = asks.map((ask) => issueGrounds({ ...ask, scopes: scopesOf(ask) }))
  const grants = asks.flatMap(({ facts }) => grantsOfIssue(facts))
  const [locked, trustRev] = await Promise.all([lockGrounds(run, rowsOf(grounds, grants)), holdTrust(run)])
  const judged = asks.map((ask) => ({ ask, answer: judge(ask, locked, trustRev) }))
  const standing = judged
    .filter(({ answer }) => answer.kind === 'issued' || answer.kind === 'refused')
    .map(({ ask }) => ask)
  const decided = standing.map((ask) => ({
    decisions: ask.decisions,
    subject: subjectOf(ask, locked.now),
  }))
  const issued = judged.flatMap(({ ask, answer }) =>
    answer.kind === 'issued' ? [rowOf(ask, answer.credential)] : [],
  )
  meanwhile(Promise.all([writeDecisions(run, decided), writeCredentials(run, issued)]))
  return judged.map(({ ask, answer }) => answered(ask, answer))
}

/**
 * The issuing transaction (DESIGN 7), one for all asks in flight: lock every row that could stop them, look again
 * with the database's clock, take the log's head, see that those are believed who were, write decisions, credentials
 * and events. What is issued was allowed while nothing could change; whoever revokes waits, and nothing is issued after
 * them.
 */
export const issueCredential = groupCommit(step)

/** The same on what is known already, if the grounds have not moved; and the proof of its key is spent with it. */
export async function issueUnmoved(
  ask: IssueAsk,
  { groundsRev, proof }: { groundsRev: GroundsRev; proof: Presented },
): Promise<{ kind: 'issued'; credential: IssuedCredential } | { kind: Exclude<UnmovedAnswer, 'written'> }> {
  const { act, facts, decisions } = ask
  const credential = credentialOf(ask, facts.now)
  if (!credential) return { kind: 'stale' }
  const subject = subjectOf(ask, facts.now)
  const kind = await appendUnmoved({
    groundsRev,
    until: endOfIssue(facts),
    proof,
    act,
    decisions: decisions.map((decision) => decisionRow(decision, subject)),
    credential: rowOf(ask, credential),
    event: issuedEvent(facts, credential, decisions),
  })
  return kind === 'written' ? { kind: 'issued', credential } : { kind }
}

/** A refusal before that transaction: its decisions and its trace. */
export type RefusalToRecord = {
  act: Act
  facts: IssueFacts
  reason: WireReason
  agentId: IssueFacts['agent']['id']
  decisions: readonly ScopeDecision[]
  workload?: string
}

const refuseStep: BatchStep<RefusalToRecord, null> = async (run, asks, meanwhile) => {
  const decided = asks.map((ask) => ({
    decisions: ask.decisions,
    subject: subjectOf(ask, ask.facts.now),
  }))
  meanwhile(writeDecisions(run, decided))
  return asks.map(({ act, facts, ...refused }) => ({
    answer: null,
    act,
    events: [refusedEvent(facts, refused)],
  }))
}

/** Records a refusal, batched like issues are, so that a storm of refused calls costs as little. */
export const recordRefusal = groupCommit(refuseStep)
