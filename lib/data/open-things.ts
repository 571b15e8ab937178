import { z } from 'zod'
import {
  AgentId,
  ApprovalId,
  DecisionId,
  GrantId,
  PersonId,
  ProposalId,
  RequestId,
  SignInId,
  TenantId,
} from '@/lib/domain/ids'
import type { OpenThings, OpenVote } from '@/lib/domain/open-things'
import { database, pool } from './database'

/** How many of a kind one act ends. What is beyond is worth nothing either: the person's row decides. */
export const ENDED_AT_ONCE = 300

type Row = { tenantId: string; agentId: string; decisionIds: readonly string[] }

const aboutRow = ({ tenantId, agentId, decisionIds }: Row, requestId: string) => ({
  tenantId: TenantId.parse(tenantId),
  agentId: AgentId.parse(agentId),
  requestId: RequestId.parse(requestId),
  decisionIds: decisionIds.map((id) => DecisionId.parse(id)),
})

const ABOUT = { id: true, tenantId: true, agentId: true, decisionIds: true } as const

/** What is open of a person, as conditions: the same for counting, for ending and for the sweep. */
export const openOf = (personId: PersonId, now: Date, tenantId?: TenantId) => {
  const inTenant = tenantId ? { tenantId } : {}
  return {
    request: {
      ...inTenant,
      requesterId: personId,
      state: { in: ['awaiting', 'proposed'] },
      answerBy: { gt: now },
    },
    grant: { ...inTenant, requesterId: personId, state: 'live', expires: { gt: now } },
    signIn: { personId, ended: null, expires: { gt: now } },
    proposal: { ...inTenant, proposedBy: personId, state: 'open', answerBy: { gt: now } },
  }
}

/** The yes-votes of a person on what still waits, in these stages of a tenant or in any. */
export async function listOpenVotes(
  personId: PersonId,
  now: Date,
  stages?: { tenantId: TenantId; names?: readonly string[] },
): Promise<OpenVote[]> {
  const rows = await database().approval.findMany({
    where: {
      personId,
      verdict: 'approve',
      request: { state: 'awaiting', answerBy: { gt: now } },
      ...(stages ? { tenantId: stages.tenantId } : {}),
      ...(stages?.names ? { stage: { in: [...stages.names] } } : {}),
    },
    include: { request: { select: { ...ABOUT, version: true } } },
    orderBy: { id: 'asc' },
    take: ENDED_AT_ONCE,
  })
  return rows
    .filter(({ version, request }) => version === request.version)
    .map(({ id, tenantId, stage, version, request }) => ({
      ...aboutRow(request, request.id),
      approvalId: ApprovalId.parse(id),
      personId,
      stage: { name: stage, tenantId: TenantId.parse(tenantId) },
      version,
    }))
}

/** What a person has open now, everywhere or in one tenant, with ids in order: they are locked in it. */
export async function findOpenThings(
  personId: PersonId,
  now: Date,
  tenantId?: TenantId,
): Promise<OpenThings> {
  const open = openOf(personId, now, tenantId)
  const page = { orderBy: { id: 'asc' }, take: ENDED_AT_ONCE } as const
  const [requests, grants, votes, signIns, proposals] = await Promise.all([
    database().request.findMany({ where: open.request, select: { ...ABOUT, version: true }, ...page }),
    database().grant.findMany({
      where: open.grant,
      select: { ...ABOUT, requestId: true, expires: true },
      ...page,
    }),
    listOpenVotes(personId, now, tenantId ? { tenantId } : undefined),
    database().signIn.findMany({ where: open.signIn, select: { id: true }, ...page }),
    database().proposal.findMany({ where: open.proposal, select: { id: true, kind: true }, ...page }),
  ])
  return {
    requests: requests.map(({ id, version, ...row }) => ({ ...aboutRow(row, id), version })),
    grants: grants.map(({ id, requestId, expires, ...row }) => ({
      ...aboutRow(row, requestId),
      grantId: GrantId.parse(id),
      expires,
    })),
    votes,
    signIns: signIns.map(({ id }) => SignInId.parse(id)),
    proposals: proposals.map(({ id, kind }) => ({ id: ProposalId.parse(id), kind })),
  }
}

/** How much of it there is, and which agents nobody else owns. */
export async function countOpenThings(personId: PersonId, now: Date) {
  const open = openOf(personId, now)
  const [requests, grants, signIns, votes, agents] = await Promise.all([
    database().request.count({ where: open.request }),
    database().grant.count({ where: open.grant }),
    database().signIn.count({ where: open.signIn }),
    listOpenVotes(personId, now),
    database().agent.findMany({
      where: { owners: { some: { personId }, every: { personId } } },
      select: { slug: true },
      orderBy: { slug: 'asc' },
    }),
  ])
  return { requests, grants, signIns, votes: votes.length, soleAgents: agents.map(({ slug }) => slug) }
}

/** How many requests and grants of a person are stored as open. After they were disabled: what is still to be ended. */
export async function countLeftOver(personId: PersonId, now: Date): Promise<number> {
  const open = openOf(personId, now)
  const [requests, grants] = await Promise.all([
    database().request.count({ where: open.request }),
    database().grant.count({ where: open.grant }),
  ])
  return requests + grants
}

const LEFT_OVER = `select p.id as "personId", min(t.tenant_id) as "tenantId",
    case when p.disabled is null then 'no_role_left' else 'person_disabled' end as because
  from person p cross join lateral (
    select tenant_id from request
      where requester_id = p.id and state in ('awaiting', 'proposed') and answer_by > $1
    union all select tenant_id from permission_grant
      where requester_id = p.id and state = 'live' and expires > $1) t
  where p.disabled is not null or not exists (select 1 from role_holding r where r.person_id = p.id)
  group by p.id order by p.id limit 10`

const LeftOver = z.object({
  personId: PersonId,
  tenantId: TenantId,
  because: z.enum(['person_disabled', 'no_role_left']),
})

/** Disabled people, and people without any role, who still have something open: there was more than one act ends. */
export async function listLeftOver(now: Date): Promise<z.infer<typeof LeftOver>[]> {
  const { rows } = await pool().query(LEFT_OVER, [now])
  return LeftOver.array().parse(rows)
}
