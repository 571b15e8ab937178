import type { Prisma } from '@/generated/prisma/client'
import { type Actor, may, maySeeRequest } from '@/lib/domain/access'
import type { Votable } from '@/lib/domain/approval'
import type { GrantId, RequestId, TenantId } from '@/lib/domain/ids'
import { partiesOf, type RequestRecord, votableOf } from '@/lib/domain/request-record'
import type { Status } from '@/lib/domain/status'
import { database } from './database'
import { findRequestWhere, listRequests, listVotingFacts } from './requests'
import { type Bind, binder } from './trail-conditions'
import { maySee } from './visible-sql'

// Each tenant sees only its scopes; the requester's own tenant sees the whole.
export const seenBy = (actor: Actor, request: RequestRecord): RequestRecord =>
  request.tenantId === actor.tenantId
    ? request
    : { ...request, scopes: request.scopes.filter(({ tenantId }) => tenantId === actor.tenantId) }

// A group sees what may escalate to it from the beginning, and signs once it has.
const stagesOfGroups = (actor: Actor): Prisma.RequestWhereInput[] =>
  actor.groups.flatMap(({ slug, tenantId }) => [
    { stages: { array_contains: [{ name: slug, tenantId }] } },
    { stages: { array_contains: [{ tenantId, escalate: { to: slug } }] } },
  ])

function notProposedToOthers(actor: Actor): Prisma.RequestWhereInput {
  if (may(actor, 'request.see_proposed')) return {}
  const { personId } = actor
  return {
    NOT: { proposedUnder: { not: null }, decisionIds: { isEmpty: true }, requesterId: { not: personId } },
  }
}

/** `maySeeRequest` as a condition of the query. */
export function whereVisible(actor: Actor): Prisma.RequestWhereInput {
  const touched: Prisma.RequestWhereInput = {
    OR: [{ tenantId: actor.tenantId }, { scopes: { some: { tenantId: actor.tenantId } } }],
    ...notProposedToOthers(actor),
  }
  if (may(actor, 'request.see_all')) return touched
  const asApprover: Prisma.RequestWhereInput[] = may(actor, 'request.see_groups')
    ? [...stagesOfGroups(actor), { approvals: { some: { personId: actor.personId } } }]
    : []
  return {
    OR: [
      { requesterId: actor.personId, tenantId: actor.tenantId },
      { AND: [touched, { OR: [ownedAgent(actor), ...asApprover] }] },
    ],
  }
}

// Requests name their agent by id only, so ownership is asked through a list that is short: the agents one person owns.
const ownedAgents = new WeakMap<Actor, string[]>()
const ownedAgent = (actor: Actor): Prisma.RequestWhereInput => ({
  agentId: { in: ownedAgents.get(actor) ?? [] },
})

// Once for an actor, however many readers of a page ask at the same time.
const reading = new WeakMap<Actor, Promise<void>>()

function readOwnedAgents(actor: Actor): Promise<void> {
  const under = reading.get(actor)
  if (under) return under
  const read = database()
    .agentOwner.findMany({ where: { personId: actor.personId }, select: { agentId: true } })
    .then((rows) => {
      ownedAgents.set(
        actor,
        rows.map(({ agentId }) => agentId),
      )
    })
  reading.set(actor, read)
  return read
}

/** `maySeeRequest` as a condition, for readers of what hangs on requests. */
export async function visibleTo(actor: Actor): Promise<Prisma.RequestWhereInput> {
  await readOwnedAgents(actor)
  return whereVisible(actor)
}

type IdOf = (bind: Bind) => string

/**
 * A request if this person may see it. The right is part of the question, so that what is not theirs costs the
 * database what it costs to find that nothing is there.
 */
async function findSeen(actor: Actor, idOf: IdOf): Promise<RequestRecord | null> {
  const { values, bind } = binder()
  const request = await findRequestWhere(`r.id = ${idOf(bind)} and ${maySee(actor, bind)}`, values)
  return request && maySeeRequest(actor, partiesOf(request)) ? seenBy(actor, request) : null
}

/** The request if this person may see it. What is not theirs does not exist. */
export const findVisibleRequest = (actor: Actor, id: RequestId): Promise<RequestRecord | null> =>
  findSeen(actor, (bind) => bind(id))

/** The same of the request that a grant comes from. */
export const findVisibleRequestOf = (actor: Actor, grant: GrantId): Promise<RequestRecord | null> =>
  findSeen(actor, (bind) => `(select g.request_id from permission_grant g where g.id = ${bind(grant)})`)

/** A status as people see it, as a condition with the database's clock. */
export function whereStatus(status: Status, now: Date): Prisma.RequestWhereInput {
  if (status === 'awaiting') return { state: 'awaiting', answerBy: { gt: now } }
  if (status === 'proposed') return { state: 'proposed', answerBy: { gt: now } }
  if (status === 'lapsed') return { state: { in: ['awaiting', 'proposed'] }, answerBy: { lte: now } }
  if (status === 'live') return { grant: { state: 'live', expires: { gt: now } } }
  if (status === 'expired') return { grant: { state: 'live', expires: { lte: now } } }
  if (status === 'completed' || status === 'revoked') return { grant: { state: status } }
  return { state: status }
}

export type RequestFilter = { statuses?: readonly Status[]; agentId?: string; own?: boolean }
export type Before = { filed: Date; id: string }

function conditionsOf(
  actor: Actor,
  { statuses = [], agentId, own }: RequestFilter,
  now: Date,
): Prisma.RequestWhereInput[] {
  const conditions: Prisma.RequestWhereInput[] = [whereVisible(actor)]
  if (statuses.length > 0) conditions.push({ OR: statuses.map((status) => whereStatus(status, now)) })
  if (agentId) conditions.push({ agentId })
  if (own) conditions.push({ requesterId: actor.personId })
  return conditions
}

/** How many requests of a kind this person may see. */
export async function countVisibleRequests(actor: Actor, filter: RequestFilter, now: Date): Promise<number> {
  await readOwnedAgents(actor)
  return database().request.count({ where: { AND: conditionsOf(actor, filter, now) } })
}

/** Requests this person may see, newest first, a keyset page at a time. */
export async function listVisibleRequests(
  actor: Actor,
  filter: RequestFilter,
  page: { now: Date; take: number; before?: Before },
): Promise<RequestRecord[]> {
  await readOwnedAgents(actor)
  const conditions = conditionsOf(actor, filter, page.now)
  if (page.before)
    conditions.push({
      OR: [{ filed: { lt: page.before.filed } }, { filed: page.before.filed, id: { lt: page.before.id } }],
    })
  const requests = await listRequests({ AND: conditions }, { take: page.take })
  return requests.map((request) => seenBy(actor, request))
}

/** What waits for the groups of a tenant, with who could sign it. */
export async function listWaitingVotables(tenantId: TenantId, now: Date): Promise<Votable[]> {
  const waiting = await listRequests(
    { AND: [whereStatus('awaiting', now), { stages: { array_contains: [{ tenantId }] } }] },
    { take: 200, orderBy: [{ filed: 'asc' }, { id: 'asc' }] },
  )
  const facts = await listVotingFacts(waiting)
  return waiting.flatMap((request, index): Votable[] => {
    const of = facts[index]
    return of ? [votableOf(request, of, now)] : []
  })
}
