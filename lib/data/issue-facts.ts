import { z } from 'zod'
import { Role } from '@/lib/domain/access'
import { chainOf, votesBelow } from '@/lib/domain/delegation'
import {
  AgentId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  ScopeId,
  TenantId,
} from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import { Scope } from '@/lib/domain/scope'
import { StatusPlace } from '@/lib/domain/status-list'
import { WorkingHours } from '@/lib/domain/working-hours'
import { askTogether } from './ask-together'
import { readInBatches } from './in-batches'
import { FACTS } from './issue-facts-sql'
import { type GroundsRev, keptUnmoved } from './kept-unmoved'
import { CutRow, DelegationRow, GrantStateRow, VoteVerdictRow, WorkloadRow } from './rows'

// JSON says a time with its zone.
const time = z.iso.datetime({ offset: true }).pipe(z.coerce.date())

const VoteRow = z.object({
  personId: PersonId,
  tenantId: TenantId,
  stage: z.string(),
  version: z.number(),
  verdict: VoteVerdictRow,
  signed: time,
  cut: CutRow.nullable(),
  deputyFor: PersonId.nullable(),
  escalatedTo: z.string().nullable(),
  passkey: z.boolean(),
  sameDevice: z.boolean(),
})

const MembershipRow = z.object({
  tenantId: TenantId,
  stage: z.string(),
  personId: PersonId,
  selfGiven: z.boolean(),
  added: time,
  row: z.string(),
})

const Identities = WorkloadRow.array()

const AboveRow = z.object({
  grantId: GrantId,
  state: GrantStateRow,
  expires: time,
  agent: z.object({
    ...{ id: AgentId, suspended: time.nullable(), identities: Identities },
    ...{ owners: PersonId.array(), rev: z.number() },
  }),
})

/** What is read at the moment of asking, beside what the grant is. */
const Read = z.object({
  id: z.string(),
  now: z.date(),
  groundsRev: z.string(),
  policyVersion: PolicySetVersion.nullable(),
  grant: z.string(),
})

const Row = z.object({
  grantId: GrantId,
  requestId: RequestId,
  tenantId: TenantId,
  environment: z.string(),
  state: GrantStateRow,
  expires: time,
  decisionIds: DecisionId.array(),
  version: z.number(),
  goalCategory: z.string(),
  askedSeconds: z.number(),
  durationSeconds: z.number(),
  uses: z.number().nullable(),
  status: StatusPlace.nullable(),
  breakGlass: z.boolean(),
  agentId: AgentId,
  agentTenantId: TenantId,
  slug: z.string(),
  purpose: z.string(),
  environments: z.string().array(),
  suspended: time.nullable(),
  agentRev: z.number(),
  owners: PersonId.array(),
  identities: Identities,
  requesterId: PersonId,
  issuer: z.string(),
  subject: z.string(),
  disabled: time.nullable(),
  roles: Role.array(),
  sameAccount: PersonId.array(),
  grantedBy: z.string().array(),
  scopes: Scope.array(),
  stopped: ScopeId.array(),
  votes: VoteRow.array(),
  memberships: MembershipRow.array(),
  /** Seats that count in a group which their own is inside of. */
  nested: MembershipRow.array(),
  hours: WorkingHours,
  hoursRev: z.number(),
  above: AboveRow.array(),
  /** Of a grant below another: whom the signatures its root stands on count for. */
  delegation: DelegationRow.nullable(),
})

type GrantFacts = Omit<IssueFacts, 'now' | 'policyVersion'>

// Below another grant only those count that named whom it was handed on to.
function votesOf({ votes, above, agentId: id, identities, environment, delegation }: z.infer<typeof Row>) {
  if (above.length === 0) return votes
  return votesBelow(delegation, { chain: chainOf({ id, identities }, above), environment }, votes)
}

function factsOfRow(row: z.infer<typeof Row>): GrantFacts {
  const { scopes, stopped, sameAccount, grantedBy, hours, hoursRev, above } = row
  const votes = votesOf(row)
  const memberships = votes.length > 0 ? [...row.memberships, ...row.nested] : []
  const { requestId, tenantId, environment, state, expires, version, goalCategory } = row
  const { slug, purpose, environments, owners, suspended, identities } = row
  const { issuer, subject, disabled, roles } = row
  return {
    grant: {
      id: row.grantId,
      status: row.status,
      requestId,
      tenantId,
      environment,
      state,
      expires,
      durationSeconds: row.durationSeconds,
      uses: row.uses,
      decisionIds: row.decisionIds,
    },
    request: { version, goalCategory, durationSeconds: row.askedSeconds, breakGlass: row.breakGlass },
    agent: {
      id: row.agentId,
      tenantId: row.agentTenantId,
      ...{ slug, purpose, environments, owners, suspended, identities, rev: row.agentRev },
    },
    requester: { id: row.requesterId, issuer, subject, disabled, roles },
    ...{ scopes, stopped, votes, memberships, sameAccount, grantedBy, hours, hoursRev, above },
  }
}

const kept = keptUnmoved<{ text: string; facts: GrantFacts }>()

// Parsed again only when it reads differently.
function grantFactsOf({ id, groundsRev, grant: text }: z.infer<typeof Read>): GrantFacts {
  const known = kept.last(id)
  const facts = known?.text === text ? known.facts : factsOfRow(Row.parse(JSON.parse(text)))
  return kept.keep(id, groundsRev, { text, facts }).facts
}

type At = { now: Date; groundsRev: GroundsRev; policyVersion: PolicySetVersion | null }

/** What was read of a grant under these grounds, as it is at this moment. Null: it has to be read. */
export function keptIssueFacts(id: string, { now, groundsRev, policyVersion }: At): IssueFacts | null {
  const known = kept.find(id, groundsRev)
  return known && factsAt(known.facts, { now, policyVersion })
}

function factsAt(facts: GrantFacts, { now, policyVersion }: Omit<At, 'groundsRev'>): IssueFacts {
  const { grant, request, agent, requester, scopes, stopped, votes, memberships } = facts
  const { sameAccount, grantedBy, hours, hoursRev, above } = facts
  return {
    now,
    policyVersion,
    grant,
    request,
    agent,
    requester,
    scopes,
    stopped,
    votes,
    memberships,
    sameAccount,
    grantedBy,
    hours,
    hoursRev,
    above,
  }
}

/** What a credential for this grant is decided with, read after it was asked. Asks in flight share one question. */
export const findIssueFacts = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(FACTS, [JSON.stringify(ids)])
  const found = new Map<string, IssueFacts>()
  for (const row of Read.array().parse(rows)) {
    found.set(row.id, factsAt(grantFactsOf(row), row))
  }
  return (id: string): IssueFacts | null => found.get(id) ?? null
})
