import type { Prisma } from '@/generated/prisma/client'
import type { Membership } from '@/lib/domain/approval'
import {
  ApprovalId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  ScopeId,
  TemplateId,
  TenantId,
} from '@/lib/domain/ids'
import type { ApprovalRecord, GrantRecord, RequestRecord, VotingFacts } from '@/lib/domain/request-record'
import type { RequestState } from '@/lib/domain/status'
import { agentOfRow } from './agents'
import { database } from './database'
import { membershipRowOf, nestedRowOf } from './membership-row'
import {
  type ApprovalRow,
  type GrantRow,
  type RequestRow,
  readRequests,
  readRequestsWhere,
} from './request-rows'
import {
  CutRow,
  DelegationRow,
  GrantStateRow,
  RequestStateRow,
  StageRow,
  scopeOfSnapshot,
  VoteVerdictRow,
} from './rows'
import { type ReachRow, readAccounts, readGivers, readSeats, type SeatRow } from './voting-rows'

const at = (moment: string): Date => new Date(moment)
const atOrNever = (moment: string | null): Date | null => (moment === null ? null : at(moment))

const grantOfRow = (row: GrantRow, askedSeconds: number): GrantRecord => ({
  ...row,
  id: GrantId.parse(row.id),
  state: GrantStateRow.parse(row.state),
  opened: at(row.opened),
  expires: at(row.expires),
  ended: atOrNever(row.ended),
  decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
  scopeIds: row.scopeIds.map((id) => ScopeId.parse(id)),
  durationSeconds: row.durationSeconds ?? askedSeconds,
  delegation: DelegationRow.nullable().parse(row.delegation),
})

const approvalOfRow = ({ credentialId, ...row }: ApprovalRow): ApprovalRecord => ({
  ...row,
  id: ApprovalId.parse(row.id),
  personId: PersonId.parse(row.personId),
  personName: row.personName ?? row.personId,
  tenantId: TenantId.parse(row.tenantId),
  verdict: VoteVerdictRow.parse(row.verdict),
  signed: at(row.signed),
  cut: CutRow.nullable().parse(row.cut),
  deputyFor: row.deputyFor === null ? null : PersonId.parse(row.deputyFor),
  deputyForName: row.deputyFor === null ? null : (row.deputyForName ?? row.deputyFor),
  passkey: credentialId !== null,
  sameDevice: row.sameDevice === true,
})

function recordOf(row: RequestRow): RequestRecord {
  const { requester, agent } = row
  if (!requester || !agent)
    throw new Error(`Request ${row.id} names a person or an agent that is not stored.`)
  return {
    ...row,
    id: RequestId.parse(row.id),
    tenantId: TenantId.parse(row.tenantId),
    requester: { ...requester, id: PersonId.parse(requester.id) },
    agent: agentOfRow({ ...agent, suspended: atOrNever(agent.suspended) }),
    templateId: row.templateId === null ? null : TemplateId.parse(row.templateId),
    filedFrom: row.filedFrom === null ? null : RequestId.parse(row.filedFrom),
    proposedUnder: row.proposedUnder === null ? null : GrantId.parse(row.proposedUnder),
    delegation: DelegationRow.nullable().parse(row.delegation),
    state: RequestStateRow.parse(row.state),
    stages: StageRow.array().parse(row.stages),
    waitEnds: row.waitEnds ?? row.answerBy,
    policySet: PolicySetVersion.parse(row.policySet),
    decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
    scopes: row.scopes
      .map(scopeOfSnapshot)
      .sort((a, b) => b.sensitivity - a.sensitivity || (a.action < b.action ? -1 : 1)),
    approvals: row.approvals.map(approvalOfRow),
    grant: row.grant && grantOfRow(row.grant, row.durationSeconds),
  }
}

/** The one request `r` of which this is true. */
export async function findRequestWhere(
  where: string,
  values: readonly unknown[],
): Promise<RequestRecord | null> {
  const [row] = await readRequestsWhere(where, values)
  return row ? recordOf(row) : null
}

export const findRequest = (id: RequestId): Promise<RequestRecord | null> =>
  findRequestWhere('r.id = $1', [id])

/** The request somebody filed with this very form, as it stands now. */
export async function findSubmitted(
  requesterId: PersonId,
  submission: string,
): Promise<{ id: RequestId; state: RequestState } | null> {
  const row = await database().request.findUnique({
    where: { requesterId_submission: { requesterId, submission } },
    select: { id: true, state: true },
  })
  return row && { id: RequestId.parse(row.id), state: RequestStateRow.parse(row.state) }
}

const NEWEST_FIRST = [{ filed: 'desc' as const }, { id: 'desc' as const }]

/**
 * Requests that match, newest first. The caller's `where` already says whose they are. Which they are is asked first:
 * in one question, what hangs on them would be put together for all that match before a few of them are taken.
 */
export async function listRequests(
  where: Prisma.RequestWhereInput,
  page: { take: number; orderBy?: Prisma.RequestOrderByWithRelationInput[] },
): Promise<RequestRecord[]> {
  const orderBy = page.orderBy ?? NEWEST_FIRST
  const found = await database().request.findMany({ where, select: { id: true }, orderBy, take: page.take })
  if (found.length === 0) return []
  const rows = new Map((await readRequests(found.map(({ id }) => id))).map((row) => [row.id, row]))
  return found.flatMap(({ id }) => {
    const row = rows.get(id)
    return row ? [recordOf(row)] : []
  })
}

type VotingSubject = {
  tenantId: TenantId
  requester: { id: PersonId; issuer: string; subject: string }
  agent: { owners: readonly PersonId[] }
  scopes: readonly { tenantId: TenantId }[]
}

/** Every seat, in its own group and in all that its group is inside of. */
const membershipsOf = (seats: readonly SeatRow[], reach: readonly ReachRow[]): Membership[] =>
  seats.flatMap((seat) => [
    { ...seatIn(seat, seat), row: membershipRowOf(seat) },
    ...reach.filter(({ innerId }) => innerId === seat.groupId).map((way) => nestedSeat(seat, way)),
  ])

const seatIn = ({ tenantId, slug }: { tenantId: string; slug: string }, seat: SeatRow) => ({
  tenantId: TenantId.parse(tenantId),
  stage: slug,
  personId: PersonId.parse(seat.personId),
  selfGiven: seat.addedBy === seat.personId,
  added: seat.added,
})

function nestedSeat(seat: SeatRow, way: ReachRow): Membership {
  const outer = seatIn(way, seat)
  return {
    ...outer,
    selfGiven: outer.selfGiven || way.givenBy.includes(seat.personId),
    added: way.since > seat.added ? way.since : seat.added,
    row: nestedRowOf(seat, way),
  }
}

/** Who is in the groups of the touched tenants now, and who may not sign for these requesters and agents. */
export async function listVotingFacts(subjects: readonly VotingSubject[]): Promise<VotingFacts[]> {
  const tenants = [...new Set(subjects.flatMap(({ scopes }) => scopes.map(({ tenantId }) => tenantId)))]
  const [{ seats, reach }, accounts, given] = await Promise.all([
    readSeats(tenants),
    readAccounts([...new Set(subjects.map(({ requester }) => requester.subject))]),
    readGivers([...new Set(subjects.map(({ requester }) => requester.id))]),
  ])
  const memberships = membershipsOf(seats, reach)
  return subjects.map(({ tenantId, requester, agent }) => ({
    memberships,
    exclusions: {
      requester: { personId: requester.id, issuer: requester.issuer, subject: requester.subject },
      agentOwners: agent.owners,
      sameAccount: accounts
        .filter(
          ({ id, issuer, subject }) =>
            id !== requester.id && issuer === requester.issuer && subject === requester.subject,
        )
        .map(({ id }) => id),
      grantedBy: given
        .filter((role) => role.personId === requester.id && role.tenantId === tenantId)
        .map(({ givenBy }) => givenBy),
    },
  }))
}

/** The facts of voting on one request. */
export async function findVotingFacts(subject: VotingSubject): Promise<VotingFacts> {
  const [facts] = await listVotingFacts([subject])
  if (!facts) throw new Error('One subject has one set of facts.')
  return facts
}
