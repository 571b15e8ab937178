import { registeredData } from './change-data'
import type { TrailEvent } from './events'
import type { PersonId, ProposalId, TenantId } from './ids'
import type { JsonObject } from './json'
import type { OpenThings, OpenVote, WhyEnded } from './open-things'
import type { Effect, Seat } from './people-change'
import { answeredEvent } from './proposal'
import type { RuleChange, RuleProposal } from './rule-change'
import { webhookData } from './webhook'
import type { WebhookState } from './webhook-state'

/** Who changes something, where, and on which proposal. */
export type Changing = {
  tenantId: TenantId
  by: PersonId
  proposal?: ProposalId
  /** There was no second administrator to ask. */
  isAlone?: boolean
}

const TYPES = {
  'role.give': 'person.role_given',
  'role.take': 'person.role_taken',
  'group.join': 'person.grouped',
  'group.add': 'group.added',
  'group.rename': 'group.renamed',
  'group.nest': 'group.nested',
  'group.unnest': 'group.unnested',
  'person.enable': 'person.enabled',
  'factor.reset': 'second_factor.reset',
  'webhook.add': 'webhook.added',
  'identity.key': 'agent.identity_added',
  'identity.spiffe': 'agent.identity_added',
  'identity.subject': 'agent.identity_added',
  'identity.conditions': 'agent.identity_changed',
  'identity.rotate': 'agent.key_rotated',
  'identity.environment': 'agent.identity_changed',
  'issuer.put': 'issuer.changed',
  'domain.put': 'trust.changed',
  'domain.environment': 'trust.environment_stated',
  'hours.set': 'hours.changed',
  'server.add': 'server.added',
  'server.set': 'server.changed',
  'scope.add': 'scope.added',
  'scope.set': 'scope.changed',
  'scope.retire': 'scope.retired',
  'server.remove': 'server.removed',
  'agent.add': 'agent.added',
  'agent.set': 'agent.changed',
  'template.add': 'template.added',
  'template.set': 'template.changed',
  'template.retire': 'template.retired',
  'secret.make': 'server.secret_made',
  'secret.rotate': 'server.secret_rotated',
} as const satisfies Record<RuleChange['kind'], TrailEvent['type']>

const aboutChange = ({ by, proposal, isAlone }: Changing): JsonObject => ({
  by,
  ...(proposal ? { proposal } : {}),
  ...(isAlone ? { single_administrator: true } : {}),
})

type Of = { group?: string | undefined; webhook?: WebhookState | null }

const detailOf = (change: RuleChange, { group, webhook }: Of): JsonObject => {
  if (change.kind === 'webhook.add') return webhook ? webhookData(webhook) : {}
  const registered = registeredData(change)
  if (registered) return registered
  if (change.kind === 'role.give' || change.kind === 'role.take') return { role: change.role }
  if (change.kind === 'group.add') return { group: change.slug }
  if ('innerId' in change) return { inner: change.innerId, ...(group ? { group } : {}) }
  return group ? { group } : {}
}

/** What the trail remembers of a change that came into force: itself, the seats that fell, the votes with them. */
function changeEvents(
  change: RuleChange,
  { before, after, falls }: Effect,
  facts: Of & { votes: readonly OpenVote[] },
  changing: Changing,
): TrailEvent[] {
  const of = {
    ...('personId' in change ? { humanId: change.personId } : {}),
    ...('agentId' in change ? { agentId: change.agentId } : {}),
  }
  const changed: TrailEvent = {
    type: TYPES[change.kind],
    outcome: 'done',
    tenantId: changing.tenantId,
    ...of,
    data: { ...detailOf(change, facts), before, after, ...aboutChange(changing) },
  }
  const fallen =
    'personId' in change ? falls.map((seat) => ungroupedEvent(change.personId, seat, changing)) : []
  return [changed, ...fallen, ...facts.votes.map((vote) => voidedEvent(vote, 'seat_left'))]
}

type Activating = {
  effect: Effect
  /** What somebody has open who loses their last role with it. */
  leaves?: OpenThings | null
  group: string | undefined
  webhook: WebhookState | null
  votes: readonly OpenVote[]
  by: PersonId
  isAlone: boolean
}

/** A proposal came into force: the answer, and what it changed. */
export const activationEvents = (
  proposal: RuleProposal,
  { effect, leaves, group, webhook, votes, by, isAlone }: Activating,
): TrailEvent[] => [
  answeredEvent(by, 'activate', proposal, isAlone),
  ...changeEvents(
    proposal.change,
    effect,
    // What ends with the last role says so by itself.
    { group, webhook, votes: leaves ? [] : votes },
    {
      tenantId: proposal.tenantId,
      by,
      proposal: proposal.id,
      isAlone,
    },
  ),
  ...(leaves && 'personId' in proposal.change
    ? endedEvents(proposal.change.personId, leaves, { tenantId: proposal.tenantId, because: 'no_role_left' })
    : []),
]

/** Somebody was taken out of a group. */
export const ungroupedEvent = (
  humanId: PersonId,
  { slug }: Pick<Seat, 'slug'>,
  changing: Changing,
): TrailEvent => ({
  type: 'person.ungrouped',
  outcome: 'done',
  tenantId: changing.tenantId,
  humanId,
  data: { group: slug, ...aboutChange(changing) },
})

/** A yes on a waiting request counts no more. The stage waits for somebody else. */
export const voidedEvent = (vote: OpenVote, because: 'seat_left' | WhyEnded): TrailEvent => ({
  type: 'approval.voided',
  outcome: 'done',
  tenantId: vote.tenantId,
  humanId: vote.personId,
  agentId: vote.agentId,
  requestId: vote.requestId,
  decisionIds: vote.decisionIds,
  data: {
    approval: vote.approvalId,
    stage: vote.stage.name,
    tenant: vote.stage.tenantId,
    version: vote.version,
    because,
  },
})

/** A person was disabled, and what they had open ended with it. */
export const disabledEvents = (
  humanId: PersonId,
  things: OpenThings,
  { tenantId, by }: Changing,
  reason: string,
): TrailEvent[] => [
  {
    type: 'person.disabled',
    outcome: 'done',
    tenantId,
    humanId,
    data: {
      before: 'Active',
      after: 'Disabled',
      by,
      requests: things.requests.length,
      grants: things.grants.length,
      votes: things.votes.length,
      signIns: things.signIns.length,
      proposals: things.proposals.length,
    },
    ...(reason ? { texts: { reason } } : {}),
  },
  ...endedEvents(humanId, things, { tenantId, because: 'person_disabled' }),
]

/** One event for each thing that ends because its person was disabled, or holds no role any more. */
export function endedEvents(
  humanId: PersonId,
  { requests, grants, votes, signIns, proposals }: OpenThings,
  { tenantId, because }: { tenantId: TenantId; because: WhyEnded },
): TrailEvent[] {
  const ended = { outcome: 'done', humanId } as const
  return [
    ...requests.map(
      ({ version, ...of }): TrailEvent => ({
        type: 'request.withdrawn',
        ...ended,
        ...of,
        data: { version, because },
      }),
    ),
    ...grants.map(
      ({ expires, ...of }): TrailEvent => ({
        type: 'grant.revoked',
        ...ended,
        ...of,
        data: { before: 'live', after: 'revoked', expires: expires.toISOString(), because },
      }),
    ),
    ...votes.map((vote) => voidedEvent(vote, because)),
    ...signIns.map(
      (signIn): TrailEvent => ({ type: 'sign_in.ended', ...ended, tenantId, data: { signIn, because } }),
    ),
    ...proposals.map(
      ({ id, kind }): TrailEvent => ({
        type: 'proposal.withdrawn',
        ...ended,
        tenantId,
        data: { proposal: id, change: kind, because },
      }),
    ),
  ]
}
