import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findIssuer } from '@/lib/data/trust'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { type ClaimCondition, readConditions } from '@/lib/domain/claim-conditions'
import { AgentId, OidcIssuerId } from '@/lib/domain/ids'
import type { IssuerKind } from '@/lib/domain/oidc-issuer'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import { MAX_PREFIX_SEGMENTS } from '@/lib/domain/spiffe-workload'
import { parseStrictJson } from '@/lib/domain/strict-json'
import type { TrustChange } from '@/lib/domain/trust-change'
import { readPublicJwk, thumbprintOf } from '@/lib/identity/public-jwk'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import { type Proposed, prepareProposal } from '../facts/propose'

const Line = z.string().trim().max(500, 'Keep it under 500 characters.')
const Environment = Line.min(1, 'Choose an environment.')

export const ProposeIdentity = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('key'), agentId: AgentId, environment: Environment },
    key: z.string().trim().min(1, 'Paste a public key.').max(8192, 'This is too long for a public key.'),
  }),
  z.object({
    ...{ kind: z.literal('spiffe'), agentId: AgentId, trustDomain: Line.min(1, 'Choose a trust domain.') },
    workload: Line.min(1, 'Give the path of the workload.'),
    match: z.enum(['exact', 'prefix']).default('exact'),
  }),
  z.object({
    ...{ kind: z.literal('subject'), agentId: AgentId },
    issuerId: z.string('Choose an issuer.').pipe(OidcIssuerId),
    subject: Line.min(1, 'Say who it is at this issuer.'),
    conditions: z.string().max(4096, 'Keep the conditions shorter.').default(''),
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

const wrong = (field: string, problem: string) => refusal<never>('invalid', { fields: { [field]: problem } })

async function changeOf(actor: Actor, input: ProposeIdentity): Promise<Result<TrustChange>> {
  if (input.kind === 'key') return keyChange(input)
  if (input.kind === 'subject') return subjectChange(actor, input)
  return spiffeChange(input)
}

// Parsed as a workload below it would be: no empty segment and no dots, so there is one way to write it.
function spiffeChange(input: Extract<ProposeIdentity, { kind: 'spiffe' }>): Result<TrustChange> {
  const { agentId, trustDomain, match } = input
  const path = match === 'prefix' ? input.workload.replace(/\/$/, '') : input.workload
  if (!parseSpiffeId(`spiffe://${trustDomain}/env/any/${path}`))
    return wrong('workload', 'Give a path like agent/triage: letters, digits, dots, dashes and underscores.')
  if (match === 'prefix' && path.split('/').length > MAX_PREFIX_SEGMENTS)
    return wrong('workload', `Give at most ${MAX_PREFIX_SEGMENTS} parts of a path.`)
  const workload = match === 'prefix' ? `${path}/` : path
  return { ok: true, value: { kind: 'identity.spiffe', agentId, trustDomain, workload } }
}

function keyChange({
  agentId,
  key,
  environment,
}: Extract<ProposeIdentity, { kind: 'key' }>): Result<TrustChange> {
  const json = parseStrictJson(key)
  const reading = json.ok ? readPublicJwk(json.value) : json
  if (!reading.ok) return wrong('key', reading.problem)
  const { jwk } = reading
  return { ok: true, value: { kind: 'identity.key', agentId, jkt: thumbprintOf(jwk), jwk, environment } }
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
  const problem = PROBLEMS[issuer.kind](subject, conditions.value)
  if (problem) return wrong(...problem)
  const more = { subject, conditions: conditions.value, environment: environment || null }
  return { ok: true, value: { kind: 'identity.subject', agentId, issuerId, ...more } }
}

type Problem = [field: string, problem: string] | null

// Names are given away again when they are free; what they stood for has an id that is not.
const UID = '/kubernetes.io/serviceaccount/uid'
const PROBLEMS = {
  oidc: () => null,
  github: (subject) =>
    /^\d{1,20}$/.test(subject) ? null : ['subject', 'Give the id of the repository: a number, not its name.'],
  kubernetes: (subject, conditions) => {
    if (!/^system:serviceaccount:[a-z0-9.-]{1,63}:[a-z0-9.-]{1,253}$/.test(subject))
      return ['subject', 'Give system:serviceaccount:, the namespace, a colon, and the service account.']
    return conditions.some(({ claim, is }) => claim === UID && is === 'exact')
      ? null
      : ['conditions', `Say which service account of that name it is: ${UID} = its uid.`]
  },
} as const satisfies Record<IssuerKind, (subject: string, conditions: readonly ClaimCondition[]) => Problem>
