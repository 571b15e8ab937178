import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { holdDeputy } from '@/lib/data/deputies'
import { isSameDevice } from '@/lib/data/devices'
import { holdGrounds } from '@/lib/data/hold'
import { inTurn } from '@/lib/data/in-turn'
import { newId } from '@/lib/data/new-id'
import { rolesOf } from '@/lib/data/people'
import { findWorkingHours } from '@/lib/data/working-hours'
import { findSigningNonce, insertApproval } from '@/lib/data/write-approvals'
import { insertClosed } from '@/lib/data/write-filed'
import { moveRequest } from '@/lib/data/write-requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { CLEAN_TEXT } from '@/lib/domain/clean-text'
import {
  closesEveryStage,
  countersign,
  type SignedVote,
  signedGrounds,
  termsSigned,
} from '@/lib/domain/countersign'
import type { Grounds } from '@/lib/domain/grounds'
import { type ApprovalId, RequestId } from '@/lib/domain/ids'
import { type PasskeyProof, SIGNED_FIELDS } from '@/lib/domain/passkey'
import type { ScopeDecision } from '@/lib/domain/request'
import { termsOf } from '@/lib/domain/request-record'
import { type Result, refusal } from '@/lib/domain/result'
import { areWhole, CHANGES, changesOf, NOT_WHOLE } from '@/lib/domain/signed-terms'
import type { RequestState } from '@/lib/domain/status'
import { cutOf, ownChange, type Terms } from '@/lib/domain/terms'
import type { LoadedPolicySet } from '@/lib/policy/load'
import { decideScopesWithVotes } from '../facts/ask-policy'
import { chooseTerms } from '../facts/narrowing'
import { proveSigner } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { checkShown, DeputyFor, gatherSigning, type Signable, unsignable } from '../facts/signing'

export const SignedForm = z.object({
  requestId: RequestId,
  ...SIGNED_FIELDS,
  deputyFor: DeputyFor,
})
export const ApproveRequest = SignedForm.extend({
  ...CHANGES,
  note: CLEAN_TEXT.max(1000, 'Keep the note under 1,000 characters.').optional(),
}).refine(areWhole, NOT_WHOLE)

export type Approved = { id: RequestId; state: RequestState; stage: string; left: number }

type Signing = {
  approvalId: ApprovalId
  digest: string
  terms: Terms
  note: string
  proof: PasskeyProof | null
  sameDevice: boolean
}

function voteOf(actor: Actor, signable: Signable, { terms, proof, ...of }: Signing): SignedVote {
  const { request, votable, place, left, now } = signable
  const mine = {
    personId: actor.personId,
    tenantId: place.stage.tenantId,
    stage: place.stage.name,
    version: request.version,
    verdict: 'approve',
    signed: now,
    cut: cutOf(termsOf(request).asked, terms),
    deputyFor: place.deputyFor,
    escalatedTo: place.escalatedTo,
    passkey: proof !== null,
    sameDevice: of.sameDevice,
  } as const
  const change = ownChange(left, terms)
  return {
    ...{ actor, request, place, now, change, ...of },
    passkey: proof?.passkey.credentialId ?? null,
    votable: { ...votable, votes: [...votable.votes, mine] },
  }
}

type Asked = { decisions: readonly ScopeDecision[]; grounds: Grounds }

// The last signature asks policy once more, with today's set and the votes as evidence.
async function askAgain(set: LoadedPolicySet, vote: SignedVote): Promise<Asked> {
  if (!closesEveryStage(vote)) return { decisions: [], grounds: signedGrounds(vote, set.version) }
  const { request, votable, now } = vote
  const { agent, goalCategory, environment } = request
  const [roles, hours] = await Promise.all([
    rolesOf(request.requester.id, request.tenantId),
    findWorkingHours(request.tenantId),
  ])
  const requester = { id: request.requester.id, roles }
  const place = { environment, approvedEnvironment: environment }
  const terms = { agent, goalCategory, ...termsSigned(vote), ...place, hours, now, requester }
  return {
    decisions: decideScopesWithVotes(set, terms, votable),
    grounds: signedGrounds(vote, set.version, requester.roles),
  }
}

/** One countersignature. The last one of the last stage opens the grant; time runs from that moment. */
export async function approveRequest(
  actor: Actor,
  act: Act,
  input: z.infer<typeof ApproveRequest>,
): Promise<Result<Approved>> {
  const [signable, set, kept] = await Promise.all([
    gatherSigning(actor, input),
    policyInForce(),
    findSigningNonce(input.nonce),
  ])
  if ('outcome' in signable) return commit<never>(act, signable.outcome)
  const { request, place, now } = signable
  const { stage, deputyFor, escalatedTo } = place
  if (request.agent.suspended) return refusal('agent_suspended')
  const changes = changesOf(input)
  const chosen = await chooseTerms(actor, signable, changes, set)
  if ('outcome' in chosen) return commit<never>(act, chosen.outcome)
  const { terms } = chosen
  const { nonce, note = '' } = input
  const sent = { nonce, digest: input.digest, verdict: 'approve', policySet: set.version, terms } as const
  const shown = checkShown(actor, signable, kept, { ...sent, isChanged: changes !== null })
  if (!shown.ok) return commit<never>(act, unsignable(actor, request, shown.refusal).outcome)
  const { digest } = shown.value
  const proved = await proveSigner({ ...signable, stage, actor }, digest, input.assertion)
  if ('code' in proved) return commit<never>(act, unsignable(actor, request, proved).outcome)
  const approvalId = newId('ApprovalId')
  const sameDevice = await isSameDevice(actor.signInId, request.requester.id)
  const vote = voteOf(actor, signable, { approvalId, digest, terms, note, sameDevice, ...proved })
  const { decisions, grounds } = await askAgain(set, vote)
  const outcome = countersign(vote, decisions, newId('GrantId'))
  if (!outcome.result.ok) return outcome.result
  const { state, left, grant, terms: given, ...waiting } = outcome.result.value
  const written = await commit(act, outcome, async (tx) => {
    const decided = state === 'awaiting' ? null : now
    const move = {
      state,
      decided,
      waiting: state === 'awaiting' ? waiting : { ...waiting, nextMark: null },
    }
    const row = {
      id: approvalId,
      requestId: request.id,
      version: request.version,
      tenantId: stage.tenantId,
      stage: stage.name,
      personId: actor.personId,
      verdict: 'approve' as const,
      reason: null,
      cut: cutOf(termsOf(request).asked, terms),
      note: note || null,
      nonce,
      signed: now,
      deputyFor,
      escalatedTo,
      sameDevice,
      ...proved,
      ...shown.value,
    }
    await inTurn([
      holdGrounds(tx, grounds),
      holdDeputy(tx, place.deputyship),
      moveRequest(tx, request, move),
      insertApproval(tx, row),
      insertClosed(tx, request, { decisions, grant, given, now }),
    ])
  })
  return written.ok ? { ok: true, value: { id: request.id, state, stage: stage.name, left } } : written
}
