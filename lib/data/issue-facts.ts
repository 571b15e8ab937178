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
  TenantId,
} from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import { KEPT_SECONDS } from '@/lib/domain/kept-proofs'
import { Scope } from '@/lib/domain/scope'
import { StatusPlace } from '@/lib/domain/status-list'
import { WorkingHours } from '@/lib/domain/working-hours'
import { askTogether } from './ask-together'
import { readInBatches } from './in-batches'
import { FACTS } from './issue-facts-sql'
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
  const { scopes, sameAccount, grantedBy, hours, hoursRev, above } = row
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
    ...{ scopes, votes, memberships, sameAccount, grantedBy, hours, hoursRev, above },
  }
}

const MAX_KEPT = 4096
type Kept = { text: string; facts: GrantFacts; read: Date; mayStand: boolean }
const kept = new Map<string, Kept>()

// Parsed again only when it reads differently.
function grantFactsOf({ id, now, grant: text }: z.infer<typeof Read>): GrantFacts {
  const known = kept.get(id)
  if (known?.text === text) {
    known.read = now
    return known.facts
  }
  const row = Row.parse(JSON.parse(text))
  const facts = factsOfRow(row)
  if (kept.size >= MAX_KEPT) kept.clear()
  // What stands on signatures or below another grant has more that can change: it is read each time.
  const mayStand = row.votes.length === 0 && row.above.length === 0 && !row.breakGlass
  kept.set(id, { text, facts, read: now, mayStand })
  return facts
}

/**
 * What was read within the last minute of a grant that stands on no signature and below no other, or null. Good for one
 * thing: to be decided on by what then holds every row of it that can change and finds it the same (`issueProblem`). It
 * refuses nobody: what is in the way, and what has changed, is read again.
 */
export function keptIssueFacts(
  id: string,
  at: { now: Date; policyVersion: PolicySetVersion | null },
): IssueFacts | null {
  const known = kept.get(id)
  if (!known?.mayStand || at.now.getTime() - known.read.getTime() > KEPT_SECONDS * 1000) return null
  return { ...known.facts, ...at }
}

/** What a credential for this grant is decided with, read after it was asked. Asks in flight share one question. */
export const findIssueFacts = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(FACTS, [JSON.stringify(ids)])
  const found = new Map<string, IssueFacts>()
  for (const row of Read.array().parse(rows)) {
    const { id, now, policyVersion } = row
    found.set(id, { now, policyVersion, ...grantFactsOf(row) })
  }
  return (id: string): IssueFacts | null => found.get(id) ?? null
})
