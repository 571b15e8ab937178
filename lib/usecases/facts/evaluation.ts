import { verifyAccessToken } from '@/lib/credentials/access-token'
import type { UnmovedAnswer } from '@/lib/data/append-unmoved'
import type { ServerClient } from '@/lib/data/authority-callers'
import { answerEvaluation, tellUnmoved } from '@/lib/data/evaluation-batch'
import { findIssueFacts, keptIssueFacts } from '@/lib/data/issue-facts'
import { newId } from '@/lib/data/new-id'
import type { Presented } from '@/lib/data/once'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { isKnownTakenBack } from '@/lib/data/taken-back'
import type { AuthorizationDetails } from '@/lib/domain/authorization-details'
import {
  decidedOf,
  GRANT_SUBJECT,
  type Judged,
  type SearchedTask,
  type TaskQuestion,
  TOKEN_SUBJECT,
} from '@/lib/domain/evaluated'
import type { Decided, Evaluation } from '@/lib/domain/evaluation'
import { CredentialId } from '@/lib/domain/ids'
import { factsProblem, type IssueFacts } from '@/lib/domain/issue'
import type { Answer } from '@/lib/domain/question'
import { refuseProof, WIRE_REASONS } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import { decideOpen } from '@/lib/policy/open-question'
import { sha256 } from '@/lib/trail/hash'
import { askAtIssue } from './ask-at-issue'
import { actOfAgent, type Call, type Known } from './authority'
import { loadedPolicySet } from './policy-in-force'
import { type ServerProof, verifyServer } from './server-caller'

/** A resource server's proof of itself, and what it sent. */
export type EvaluateAsk = { proof: ServerProof; body: unknown }

/** Who asks, when, and with what it is judged. */
export type Asker = { call: Call; known: Known; server: ServerClient; proof: ServerProof }

type Judgement = Omit<Judged, 'id'>

type Shown =
  | { ok: true; grantId: string; token: { id: CredentialId; details: AuthorizationDetails } | null }
  | WireNo

/** The task a subject stands for: a grant by its id, or a token of this very resource server. */
async function taskOf(
  { call, known, server }: Asker,
  { subject }: Pick<Evaluation, 'subject'>,
): Promise<Shown | null> {
  const type = subject.type.toLowerCase()
  if (type === GRANT_SUBJECT) return { ok: true, grantId: subject.id, token: null }
  if (type !== TOKEN_SUBJECT) return null
  const question = { issuer: call.context.issuer, audience: server.identifier, now: known.now }
  const token = await verifyAccessToken(subject.id, known.keys, question)
  if (!token.ok) return token
  const { grant_id, jti, authorization_details: details } = token.claims
  return { ok: true, grantId: grant_id, token: { id: CredentialId.parse(jti), details } }
}

const lists = (details: AuthorizationDetails, action: string, location: string) =>
  details.some(({ actions, locations }) => actions.includes(action) && locations.includes(location))

async function judgeTask(
  { server }: Asker,
  evaluation: Evaluation,
  shown: Shown,
  facts: IssueFacts | null,
): Promise<Judgement> {
  const judged = { server, evaluation, task: null, open: null, decidedBy: null }
  if (!shown.ok) return { ...judged, refusal: shown }
  const here = facts?.scopes.filter(({ serverId }) => serverId === server.id) ?? []
  // What covers nothing at this server and what does not exist are the same to it.
  if (!facts || here.length === 0) return { ...judged, refusal: refuseProof('grant_unknown') }
  const task = { facts, credentialId: shown.token?.id ?? null, decision: null }
  return { ...judged, ...(await askUnder(evaluation, { task, here, shown })) }
}

type Under = {
  task: TaskQuestion & { facts: IssueFacts }
  here: IssueFacts['scopes']
  shown: Shown & { ok: true }
}

/** Policy asked again, as at issue: today's set, today's votes, in the environment that was approved. */
async function askUnder(
  { action, resource }: Evaluation,
  { task, here, shown }: Under,
): Promise<Pick<Judged, 'task' | 'decidedBy' | 'refusal'>> {
  const { facts } = task
  const refuse = (refusal: WireNo) => ({ task, decidedBy: null, refusal })
  const problem = factsProblem(facts)
  if (problem) return refuse(refuseProof(problem))
  const scope = here.find((one) => one.action === action.name && one.resource === resource.id)
  if (!scope || resource.type.toLowerCase() !== 'resource') return refuse(refuseProof('scope_not_granted'))
  if (shown.token && !lists(shown.token.details, scope.action, scope.resource))
    return refuse(refuseProof('scope_not_granted'))
  const { decidedBy, decisions, refusal } = await askAtIssue(facts, [scope], facts.grant.environment)
  return { task: { ...task, decision: decisions[0] ?? null }, decidedBy, refusal }
}

const MAX_SAID = 300

// What the engine says is of the question alone: it came with it.
const openRefusal = ({ verdict, errors: [error] }: Answer): WireNo | null => {
  if (verdict === 'allowed') return null
  if (error === undefined) return refuseProof('policy_refused')
  const { description } = WIRE_REASONS.question_unfit
  return refuseProof('question_unfit', `${description} ${error.slice(0, MAX_SAID)}`)
}

/** A question about nobody's task, in the words of the schema in force. */
async function judgeOpen({ server }: Asker, evaluation: Evaluation): Promise<Judgement> {
  const decidedBy = await findPolicyVersionInForce()
  if (!decidedBy) throw new Error('No policy set is in force.')
  const answer = decideOpen(await loadedPolicySet(decidedBy), evaluation)
  const judged = { server, evaluation, task: null, decidedBy }
  if (!answer) return { ...judged, open: null, refusal: refuseProof('question_unknown') }
  const inputDigest = sha256(answer.input).toString('hex')
  const open = { id: newId('DecisionId'), evaluation, answer, inputDigest }
  return { ...judged, open, refusal: openRefusal(answer) }
}

/** What the task a subject stands for covers at the server that asks. Null when the subject stands for none. */
export async function coveredHere(
  asker: Asker,
  question: Pick<Evaluation, 'subject'>,
): Promise<{ task: SearchedTask | null; here: IssueFacts['scopes'] } | null> {
  const shown = await taskOf(asker, question)
  if (!shown) return null
  const facts = shown.ok ? await findIssueFacts(shown.grantId) : null
  const here = facts?.scopes.filter(({ serverId }) => serverId === asker.server.id) ?? []
  const isTold = shown.ok && facts && here.length > 0
  return { task: isTold ? { facts, credentialId: shown.token?.id ?? null } : null, here }
}

async function judgementOf(asker: Asker, evaluation: Evaluation): Promise<Judgement> {
  const shown = await taskOf(asker, evaluation)
  if (!shown) return judgeOpen(asker, evaluation)
  const facts = shown.ok ? await findIssueFacts(shown.grantId) : null
  return judgeTask(asker, evaluation, shown, facts)
}

const named = (judgement: Judgement): Judged => {
  const { task, open } = judgement
  return { ...judgement, id: task?.decision?.id ?? open?.id ?? newId('DecisionId') }
}

/** What policy says of a question, before the transaction that makes it an answer. */
export const judgeEvaluation = async (asker: Asker, evaluation: Evaluation): Promise<Judged> =>
  named(await judgementOf(asker, evaluation))

/**
 * Whether it is worth looking at a question before anything is read: it is about a grant that is known and that nobody
 * counts, or about a token, of which that is not known yet.
 */
export function mayBeKept({ subject }: Evaluation, known: Known): boolean {
  const type = subject.type.toLowerCase()
  if (type === TOKEN_SUBJECT) return true
  return type === GRANT_SUBJECT && keptIssueFacts(subject.id, known)?.grant.uses === null
}

/**
 * What is allowed on what is known of these grounds, where nobody counts. It refuses nobody: whatever stands in the way is
 * read again, a policy set that cannot answer among it. Null: it has to be.
 */
async function judgeKept(asker: Asker, evaluation: Evaluation): Promise<Judged | null> {
  const shown = await taskOf(asker, evaluation)
  if (!shown?.ok || (shown.token && isKnownTakenBack(shown.token.id))) return null
  const facts = keptIssueFacts(shown.grantId, asker.known)
  if (!facts || facts.grant.uses !== null) return null
  const judged = await judgeTask(asker, evaluation, shown, facts).catch(() => null)
  const scope = judged?.task?.decision?.scope
  return !judged || judged.refusal || !scope || facts.stopped.includes(scope.id) ? null : named(judged)
}

/** The same asker, proven anew with whom is believed now. What it sent is not spent twice. */
export async function askerNow(asker: Asker): Promise<Asker> {
  const { call, proof } = asker
  const verified = await verifyServer(call, { proof, clientId: null })
  if (!verified.ok) throw new Error('Who asks has stopped being believed amidst the answer.')
  return { ...asker, known: verified.known, server: verified.server }
}

const ATTEMPTS = 5

/** Makes it an answer. What it was judged with may have changed meanwhile: then it is judged again. */
export async function tell(asker: Asker, judged: Judged, attempts = ATTEMPTS): Promise<Decided> {
  const { trustRev } = asker.known
  const answer = await answerEvaluation({ act: actOfAgent(asker.call), judged, trustRev })
  if (answer.kind === 'told') return decidedOf(judged, answer.verdict)
  if (attempts <= 1) throw new Error('What an answer stands on kept changing.')
  return judgeAndTell(await askerNow(asker), judged.evaluation, attempts - 1)
}

/** Judges a question and makes it an answer. */
export const judgeAndTell = async (
  asker: Asker,
  evaluation: Evaluation,
  attempts = ATTEMPTS,
): Promise<Decided> => tell(asker, await judgeEvaluation(asker, evaluation), attempts)

/**
 * Judged and told on what is known, where it is, in one transaction with the assertion of who asks. `replayed`: that had
 * been spent before. `moved` and `stale`: something has changed, so it has to be judged with what is so now; only after
 * `moved` the assertion is spent. Null: it has to be, and nothing was tried.
 */
export async function tellKept(
  asker: Asker,
  evaluation: Evaluation,
  assertion: Presented | null,
): Promise<Decided | Exclude<UnmovedAnswer, 'written'> | null> {
  const kept = await judgeKept(asker, evaluation)
  if (!kept) return null
  const spent = assertion ? { assertion } : {}
  const answer = await tellUnmoved({ act: actOfAgent(asker.call), judged: kept, ...spent }, asker.known)
  return answer === 'written' ? decidedOf(kept, { refusal: null, usesLeft: null }) : answer
}

/**
 * Judged and told in one transaction with the assertion of who asks, where it has one. Null: it had been spent before.
 */
export async function tellOnce(
  asker: Asker,
  evaluation: Evaluation,
  assertion: Presented | null,
): Promise<Decided | null> {
  const early = await tellKept(asker, evaluation, assertion)
  if (early === 'replayed') return null
  if (early && typeof early !== 'string') return early
  const now = early ? await askerNow(asker) : asker
  if (early === 'moved') return judgeAndTell(now, evaluation)
  const judged = await judgeEvaluation(now, evaluation)
  const spent = assertion ? { assertion } : {}
  const act = actOfAgent(asker.call)
  const answer = await answerEvaluation({ act, judged, trustRev: now.known.trustRev, ...spent })
  if (answer.kind === 'replayed') return null
  if (answer.kind === 'told') return decidedOf(judged, answer.verdict)
  return judgeAndTell(await askerNow(now), evaluation, ATTEMPTS - 1)
}
