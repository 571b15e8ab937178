import { grantSubject } from './credential'
import type { Decided, Evaluation } from './evaluation'
import type { TrailEvent } from './events'
import type { CredentialId, DecisionId, PolicySetVersion, ResourceServerId, TenantId } from './ids'
import type { IssueFacts } from './issue'
import type { JsonObject } from './json'
import type { Answer, PolicyNote } from './question'
import { decisionData, type ScopeDecision } from './request'
import type { Search } from './search'
import type { WireReason } from './wire-reasons'
import type { WireNo } from './wire-result'

/** Who asks: a resource server that has proven itself. */
export type Asking = { id: ResourceServerId; tenantId: TenantId; name: string; identifier: string }

/** An answer about entities that are not stored here. */
export type OpenDecision = { id: DecisionId; evaluation: Evaluation; answer: Answer; inputDigest: string }

/** A question about a task: its grant, and the token when one was shown. */
export type TaskQuestion = {
  facts: IssueFacts
  credentialId: CredentialId | null
  /** Null when policy was not asked: the grant is over, or covers no such thing at this server. */
  decision: ScopeDecision | null
}

/** What policy made of a question, to become an answer if nothing has changed since. */
export type Judged = {
  /** Of the stored decision, whether policy was asked or not. */
  id: DecisionId
  server: Asking
  evaluation: Evaluation
  task: TaskQuestion | null
  open: OpenDecision | null
  decidedBy: PolicySetVersion | null
  refusal: WireNo | null
}

/** Why it was not allowed, or how many uses are left. Null where nobody counts them. */
export type Verdict = { refusal: WireNo } | { refusal: null; usesLeft: number | null }

const isOfPolicy = (reason: WireReason) => reason === 'policy_refused' || reason === 'environment_mismatch'

/** The policies that decided. None where something else stood in the way of what they allowed. */
function notesOf({ task, open }: Judged, { refusal }: Verdict): readonly PolicyNote[] {
  const answer = task?.decision?.answer ?? open?.answer
  return refusal && answer?.verdict === 'allowed' ? [] : (answer?.policies ?? [])
}

/** What the resource server is told. */
export function decidedOf(judged: Judged, verdict: Verdict): Decided {
  const notes = notesOf(judged, verdict)
  const { refusal } = verdict
  const says = notes.map((note) => note.says)
  return {
    decision: refusal === null,
    context: {
      decision_id: judged.id,
      ...(refusal ? { reason: refusal.reason } : {}),
      policies: notes.map((note) => note.id),
      says: refusal && (says.length === 0 || !isOfPolicy(refusal.reason)) ? [refusal.description] : says,
      ...(refusal === null && verdict.usesLeft !== null ? { uses_left: verdict.usesLeft } : {}),
    },
  }
}

/** The trace of a question, linked to the task it was about. */
export function decisionAskedEvent(judged: Judged, verdict: Verdict): TrailEvent {
  const { server, task, open } = judged
  const { refusal } = verdict
  return {
    type: 'decision.asked',
    outcome: refusal ? 'refused' : 'allowed',
    ...(task ? aboutTask(task) : { tenantId: server.tenantId }),
    decisionIds: [judged.id],
    policyIds: notesOf(judged, verdict).map(({ id }) => id),
    data: {
      server: server.identifier,
      serverName: server.name,
      reason: refusal?.reason ?? null,
      ...(refusal === null && verdict.usesLeft !== null ? { usesLeft: verdict.usesLeft } : {}),
      ...(task?.decision ? { scopes: decisionData([task.decision]) } : {}),
      ...(open ? { input: open.inputDigest, policySet: open.answer.policySet } : {}),
    },
    ...(task?.decision ? {} : { texts: wordsOf(judged.evaluation) }),
  }
}

const aboutTask = ({ facts, credentialId }: SearchedTask) => ({
  ...grantSubject(facts),
  agentId: facts.agent.id,
  ...(credentialId ? { credentialId } : {}),
})

/** The task whose grant a search is about, when it covers anything at the server that asks. */
export type SearchedTask = Pick<TaskQuestion, 'facts' | 'credentialId'>

/** The trace of a search: what was looked for and how much was found. Its results are no decisions. */
export const searchedEvent = (
  { server, search, task }: { server: Asking; search: Search; task: SearchedTask | null },
  figures: { looked: number; found: number },
): TrailEvent => ({
  type: 'decision.searched',
  outcome: 'done',
  ...(task ? aboutTask(task) : { tenantId: server.tenantId }),
  data: { server: server.identifier, serverName: server.name, sought: search.sought, ...figures },
  texts: wordsOf(search.asked),
})

// A token that is shown is never kept.
const wordsOf = ({ subject, action, resource }: Evaluation) => ({
  subject:
    subject.type.toLowerCase() === TOKEN_SUBJECT
      ? subject.type
      : `${subject.type} ${subject.id}`.slice(0, 2048),
  action: action.name,
  resource: `${resource.type} ${resource.id}`,
})

/** Subjects that stand for a task: its grant by id, or a token that was issued under it. */
export const GRANT_SUBJECT = 'grant'
export const TOKEN_SUBJECT = 'access_token'

/** The question itself, for a decision that policy was not asked about. */
export const questionOf = ({ evaluation }: Judged): JsonObject => {
  const { subject, ...others } = evaluation
  const isToken = subject.type.toLowerCase() === TOKEN_SUBJECT
  return { ...others, subject: isToken ? { type: subject.type } : subject }
}
