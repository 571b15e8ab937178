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
import type { Reach } from '@/lib/domain/nesting'
import type { ApprovalRecord, GrantRecord, RequestRecord, VotingFacts } from '@/lib/domain/request-record'
import type { RequestState } from '@/lib/domain/status'
import { agentOfRow, WITH_AGENT } from './agents'
import { database } from './database'
import { membershipRowOf, nestedRowOf } from './membership-row'
import { listReach } from './nesting'
import { padded } from './padded'
import { CutRow, GrantStateRow, RequestStateRow, StageRow, scopeOfSnapshot, VoteVerdictRow } from './rows'

const WITH_SCOPES = { include: { scopes: { select: { scopeId: true } } } } as const
const WITH_ALL = { scopes: true, approvals: { orderBy: { signed: 'asc' } }, grant: WITH_SCOPES } as const

type RequestRow = Prisma.RequestGetPayload<{ include: typeof WITH_ALL }>

const grantOfRow = (row: NonNullable<RequestRow['grant']>, askedSeconds: number): GrantRecord => ({
  id: GrantId.parse(row.id),
  state: GrantStateRow.parse(row.state),
  opened: row.opened,
  expires: row.expires,
  ended: row.ended,
  endedBy: row.endedBy,
  endReason: row.endReason,
  environment: row.environment,
  rev: row.rev,
  decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
  scopeIds: row.scopes.map(({ scopeId }) => ScopeId.parse(scopeId)),
  durationSeconds: row.durationSeconds ?? askedSeconds,
  uses: row.uses,
  usesLeft: row.usesLeft,
})

const approvalOfRow = (row: RequestRow['approvals'][number], names: Map<string, string>): ApprovalRecord => ({
  id: ApprovalId.parse(row.id),
  personId: PersonId.parse(row.personId),
  personName: names.get(row.personId) ?? row.personId,
  tenantId: TenantId.parse(row.tenantId),
  stage: row.stage,
  version: row.version,
  verdict: VoteVerdictRow.parse(row.verdict),
  signed: row.signed,
  reason: row.reason,
  cut: CutRow.nullable().parse(row.cut),
  note: row.note,
  digest: row.digest,
  preimage: row.preimage,
  deputyFor: row.deputyFor === null ? null : PersonId.parse(row.deputyFor),
  deputyForName: row.deputyFor === null ? null : (names.get(row.deputyFor) ?? row.deputyFor),
  escalatedTo: row.escalatedTo,
  passkey: row.credentialId !== null,
  sameDevice: row.sameDevice === true,
})

/** Whole records of these rows: three queries more, whatever their number. */
async function recordsOf(rows: readonly RequestRow[]): Promise<RequestRecord[]> {
  const db = database()
  const personIds = rows.flatMap((row) => [
    row.requesterId,
    ...row.approvals.flatMap(({ personId, deputyFor }) => [personId, deputyFor ?? personId]),
  ])
  const [people, agents, templates] = await Promise.all([
    db.person.findMany({ where: { id: { in: padded(personIds) } } }),
    db.agent.findMany({
      where: { id: { in: padded(rows.map(({ agentId }) => agentId)) } },
      include: WITH_AGENT,
    }),
    db.template.findMany({
      where: { id: { in: padded(rows.flatMap(({ templateId }) => templateId ?? [])) } },
      select: { id: true, name: true },
    }),
  ])
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const agentsById = new Map(agents.map((row) => [row.id, agentOfRow(row)]))
  return rows.map((row) => {
    const requester = people.find(({ id }) => id === row.requesterId)
    const agent = agentsById.get(row.agentId)
    if (!requester || !agent)
      throw new Error(`Request ${row.id} names a person or an agent that is not stored.`)
    return {
      ...row,
      id: RequestId.parse(row.id),
      tenantId: TenantId.parse(row.tenantId),
      requester: {
        id: PersonId.parse(requester.id),
        name: requester.name,
        issuer: requester.issuer,
        subject: requester.subject,
      },
      agent,
      templateId: row.templateId === null ? null : TemplateId.parse(row.templateId),
      templateName: templates.find(({ id }) => id === row.templateId)?.name ?? null,
      filedFrom: row.filedFrom === null ? null : RequestId.parse(row.filedFrom),
      proposedUnder: row.proposedUnder === null ? null : GrantId.parse(row.proposedUnder),
      state: RequestStateRow.parse(row.state),
      stages: StageRow.array().parse(row.stages),
      waitEnds: row.waitEnds ?? row.answerBy,
      policySet: PolicySetVersion.parse(row.policySet),
      decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
      scopes: row.scopes
        .map(scopeOfSnapshot)
        .sort((a, b) => b.sensitivity - a.sensitivity || (a.action < b.action ? -1 : 1)),
      approvals: row.approvals.map((approval) => approvalOfRow(approval, names)),
      grant: row.grant && grantOfRow(row.grant, row.durationSeconds),
    }
  })
}

export async function findRequest(id: RequestId): Promise<RequestRecord | null> {
  const row = await database().request.findUnique({ where: { id }, include: WITH_ALL })
  if (!row) return null
  const [record] = await recordsOf([row])
  return record ?? null
}

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
  const ids = padded(found.map(({ id }) => id))
  return recordsOf(
    await database().request.findMany({ where: { id: { in: ids } }, include: WITH_ALL, orderBy }),
  )
}

type VotingSubject = {
  tenantId: TenantId
  requester: { id: PersonId; issuer: string; subject: string }
  agent: { owners: readonly PersonId[] }
  scopes: readonly { tenantId: TenantId }[]
}

const WITH_ROLE = { select: { roles: { where: { role: 'approver' }, select: { tenantId: true } } } } as const

type GroupRow = Prisma.GroupGetPayload<{
  include: { members: { include: { person: typeof WITH_ROLE } } }
}>

// Who is no approver any more signs nothing, whatever seat is left to them.
const approversIn = ({ tenantId, members }: GroupRow) =>
  members.filter(({ person }) => person.roles.some((role) => role.tenantId === tenantId))

/** Every seat, in its own group and in all that its group is inside of. */
async function membershipsOf(groups: readonly GroupRow[]): Promise<Membership[]> {
  const reach = await listReach({ outerId: { in: groups.map(({ id }) => id) } })
  return groups.flatMap((group) => [
    ...approversIn(group).map((member) => ({ ...seatOf(group, member), row: membershipRowOf(member) })),
    ...reach
      .filter(({ outerId }) => outerId === group.id)
      .flatMap((way) => {
        const inner = groups.find(({ id }) => id === way.innerId)
        return inner ? approversIn(inner).map((member) => nestedSeat(group, member, way)) : []
      }),
  ])
}

const seatOf = ({ tenantId, slug }: GroupRow, member: GroupRow['members'][number]) => ({
  tenantId: TenantId.parse(tenantId),
  stage: slug,
  personId: PersonId.parse(member.personId),
  selfGiven: member.addedBy === member.personId,
  added: member.added,
})

function nestedSeat(outer: GroupRow, member: GroupRow['members'][number], way: Reach): Membership {
  const seat = seatOf(outer, member)
  return {
    ...seat,
    selfGiven: seat.selfGiven || way.givenBy.includes(member.personId),
    added: way.since > seat.added ? way.since : seat.added,
    row: nestedRowOf(member, way),
  }
}

/** Who is in the groups of the touched tenants now, and who may not sign for these requesters and agents. Three queries. */
export async function listVotingFacts(subjects: readonly VotingSubject[]): Promise<VotingFacts[]> {
  const tenants = [...new Set(subjects.flatMap(({ scopes }) => scopes.map(({ tenantId }) => tenantId)))]
  const [groups, accounts, given] = await Promise.all([
    database().group.findMany({
      where: { tenantId: { in: tenants } },
      include: { members: { where: { person: { disabled: null } }, include: { person: WITH_ROLE } } },
    }),
    database().person.findMany({
      where: { subject: { in: [...new Set(subjects.map(({ requester }) => requester.subject))] } },
    }),
    database().roleHolding.findMany({
      where: {
        role: 'requester',
        personId: { in: [...new Set(subjects.map(({ requester }) => requester.id))] },
      },
    }),
  ])
  const memberships = await membershipsOf(groups)
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
        .map(({ id }) => PersonId.parse(id)),
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
