import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findIssuer } from '@/lib/data/trust'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { readConditions } from '@/lib/domain/claim-conditions'
import { AgentId, OidcIssuerId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import { AS_TRUST_DOMAIN, MAX_PREFIX_SEGMENTS } from '@/lib/domain/spiffe-workload'
import { SUBJECT_PROBLEMS } from '@/lib/domain/subject-rules'
import type { TrustChange } from '@/lib/domain/trust-change'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import { type Proposed, prepareProposal } from '../facts/propose'
import { ConditionsText, KeyText, readKey, wrong } from '../facts/proposed-fields'

const Line = z.string().trim().max(500, 'Keep it under 500 characters.')
const Environment = Line.min(1, 'Choose an environment.')

export const ProposeIdentity = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('key'), agentId: AgentId, environment: Environment },
    key: KeyText,
  }),
  z.object({
    ...{ kind: z.literal('spiffe'), agentId: AgentId, trustDomain: Line.min(1, 'Choose a trust domain.') },
    workload: Line.min(1, 'Give the path of the workload.'),
    match: z.enum(['exact', 'prefix']).default('exact'),
    environment: Line.default(''),
  }),
  z.object({
    ...{ kind: z.literal('subject'), agentId: AgentId },
    issuerId: z.string('Choose an issuer.').pipe(OidcIssuerId),
    subject: Line.min(1, 'Say who it is at this issuer.'),
    conditions: ConditionsText,
    environment: Line.default(''),
  }),
])
export type ProposeIdentity = z.infer<typeof ProposeIdentity>

/** Proposes one more identity of an agent: a key, a SPIFFE ID, or what an issuer calls it. */
export async function proposeIdentity(
  actor: Actor,
  act: Act,
  input: ProposeIdentity,
): Promise<Result<Proposed>> {
  if (!may(actor, 'agent.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'identity.add', 'not_allowed')))
  const change = await changeOf(actor, input)
  if (!change.ok) return change
  const prepared = await prepareProposal(actor, change.value)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}

async function changeOf(actor: Actor, input: ProposeIdentity): Promise<Result<TrustChange>> {
  if (input.kind === 'key') return keyChange(input)
  if (input.kind === 'subject') return subjectChange(actor, input)
  return spiffeChange(input)
}

// Parsed as a workload below it would be: no empty segment and no dots, so there is one way to write it.
function spiffeChange(input: Extract<ProposeIdentity, { kind: 'spiffe' }>): Result<TrustChange> {
  const { agentId, trustDomain, match } = input
  const byDomain = input.environment === AS_TRUST_DOMAIN
  const stated = input.environment || null
  const whole = match === 'prefix' ? input.workload.replace(/\/$/, '') : input.workload
  const path = stated === null ? whole : whole.replace(/^\//, '')
  if (!parseSpiffeId(`spiffe://${trustDomain}/${stated === null ? 'env/any/' : ''}${path}`))
    return wrong('workload', 'Give a path like agent/triage: letters, digits, dots, dashes and underscores.')
  if (stated !== null && path.split('/')[0] === 'env') return wrong('environment', SAID_ALREADY)
  if (match === 'prefix' && path.split('/').length > MAX_PREFIX_SEGMENTS)
    return wrong('workload', `Give at most ${MAX_PREFIX_SEGMENTS} parts of a path.`)
  const workload = `${stated === null ? '' : '/'}${path}${match === 'prefix' ? '/' : ''}`
  const environment = byDomain ? null : stated
  return {
    ok: true,
    value: { kind: 'identity.spiffe', agentId, trustDomain, workload, environment, byDomain },
  }
}

const SAID_ALREADY =
  'An ID that begins with /env/ says its environment itself. Choose “as its path says” and give what follows it.'

function keyChange({
  agentId,
  key,
  environment,
}: Extract<ProposeIdentity, { kind: 'key' }>): Result<TrustChange> {
  const read = readKey(key)
  return read.ok ? { ok: true, value: { kind: 'identity.key', agentId, ...read.value, environment } } : read
}

async function subjectChange(
  { tenantId }: Actor,
  {
    agentId,
    issuerId,
    subject,
    conditions: text,
    environment,
  }: Extract<ProposeIdentity, { kind: 'subject' }>,
): Promise<Result<TrustChange>> {
  const conditions = readConditions(text)
  if (!conditions.ok) return wrong('conditions', conditions.problem)
  const issuer = await findIssuer(tenantId, issuerId)
  if (!issuer) return refusal('not_found')
  const problem = SUBJECT_PROBLEMS[issuer.kind](subject, conditions.value)
  if (problem) return wrong(...problem)
  const more = { subject, conditions: conditions.value, environment: environment || null }
  return { ok: true, value: { kind: 'identity.subject', agentId, issuerId, ...more } }
}
