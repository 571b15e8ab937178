import type { Prisma } from '@/generated/prisma/client'
import { type Actor, mayRevoke } from '@/lib/domain/access'
import { GrantId, PersonId, RequestId, ResourceServerId, TenantId } from '@/lib/domain/ids'
import {
  type Bound,
  cursorOf,
  cursorText,
  ENDING_SECONDS,
  type LiveFilter,
  type LiveGrant,
  type LiveGrants,
  STAYS_SECONDS,
} from '@/lib/domain/live-grant'
import { groupByServer, highestSensitivity, type Scope } from '@/lib/domain/scope'
import { grantStatus } from '@/lib/domain/status'
import { database } from './database'
import { lastSeenOf, lastTokensOf } from './grant-activity'
import { countLive } from './live-counts'
import { padded } from './padded'
import { listPersonNames } from './people'
import { GrantStateRow, StageRow, scopeOfSnapshot, VoteVerdictRow } from './rows'
import { listServerChecks } from './servers'
import { visibleTo } from './visible-requests'

/** Ten thousand grants are never loaded at once: a page, and how many there are. */
const PAGE = 50

const SELECT = {
  id: true,
  requestId: true,
  agentId: true,
  requesterId: true,
  state: true,
  opened: true,
  expires: true,
  ended: true,
  endedBy: true,
  uses: true,
  usesLeft: true,
  scopes: true,
  child: { select: { openedBy: true } },
  request: {
    select: {
      tenantId: true,
      stages: true,
      version: true,
      approvals: { select: { personId: true, version: true, verdict: true } },
    },
  },
} as const satisfies Prisma.GrantSelect

type Row = Prisma.GrantGetPayload<{ select: typeof SELECT }>

const seconds = (now: Date, count: number) => new Date(now.getTime() + count * 1000)

const isLive = (now: Date): Prisma.GrantWhereInput => ({ state: 'live', expires: { gt: now } })

const endedLately = (now: Date): Prisma.GrantWhereInput => ({
  OR: [
    { state: { not: 'live' }, ended: { gt: seconds(now, -STAYS_SECONDS) } },
    { state: 'live', expires: { gt: seconds(now, -STAYS_SECONDS), lte: now } },
  ],
})

function whereFilter(filter: LiveFilter, now: Date): Prisma.GrantWhereInput {
  if (filter === 'ending') return { expires: { lte: seconds(now, ENDING_SECONDS) } }
  if (filter === 'countersigned') return { request: { NOT: { stages: { equals: [] } } } }
  return filter === 'unused' ? { credentials: { none: {} } } : {}
}

type Page = { now: Date; filter: LiveFilter; before?: string | null; take?: number }

/** Live grants this person may see and those that ended in the last 15 minutes, newest first, with the figures of the chips. */
export async function listLiveGrants(actor: Actor, page: Page): Promise<LiveGrants> {
  const { now, filter, take = PAGE } = page
  const seen: Prisma.GrantWhereInput = { request: await visibleTo(actor) }
  const cursor = cursorOf(page.before)
  const older: Prisma.GrantWhereInput[] = cursor
    ? [{ OR: [{ opened: { lt: cursor.opened } }, { opened: cursor.opened, id: { lt: cursor.id } }] }]
    : []
  const [found, counts] = await Promise.all([
    database().grant.findMany({
      // Joined, the relations of ten thousand would be made before a page of them is taken.
      relationLoadStrategy: 'query',
      where: { AND: [seen, { OR: [isLive(now), endedLately(now)] }, whereFilter(filter, now), ...older] },
      select: SELECT,
      orderBy: [{ opened: 'desc' }, { id: 'desc' }],
      take: take + 1,
    }),
    countLive(actor, now),
  ])
  const rows = await liveGrantsOf(actor, found.slice(0, take), now)
  const last = rows.at(-1)
  return { now: now.getTime(), rows, counts, next: found.length > take && last ? cursorText(last) : null }
}

/** The live grants somebody filed themselves: those whose time ends first come first. */
export async function listOwnLiveGrants(actor: Actor, now: Date, take: number): Promise<LiveGrant[]> {
  const rows = await database().grant.findMany({
    relationLoadStrategy: 'query',
    where: { ...isLive(now), requesterId: actor.personId, tenantId: actor.tenantId },
    select: SELECT,
    orderBy: [{ expires: 'asc' }, { id: 'asc' }],
    take,
  })
  return liveGrantsOf(actor, rows, now)
}

/** Four queries for a whole page, whatever its length. */
async function liveGrantsOf(actor: Actor, rows: readonly Row[], now: Date): Promise<LiveGrant[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const serverIds = rows.flatMap(({ scopes }) => scopes.map(({ serverId }) => serverId))
  const [agents, names, checks, seen, tokens] = await Promise.all([
    database().agent.findMany({
      where: { id: { in: padded(rows.flatMap((row) => [row.agentId, row.child?.openedBy ?? []].flat())) } },
      select: { id: true, slug: true, owners: true },
    }),
    listPersonNames(rows.flatMap(({ requesterId, endedBy }) => [requesterId, endedBy ?? requesterId])),
    listServerChecks(serverIds.map((id) => ResourceServerId.parse(id))),
    lastSeenOf(ids),
    lastTokensOf(ids),
  ])
  return rows.map((row) => {
    const agent = agents.find(({ id }) => id === row.agentId)
    const scopes = seenScopes(actor, row)
    const status = grantStatus({ state: GrantStateRow.parse(row.state), expires: row.expires }, now)
    const owners = agent?.owners.map(({ personId }) => PersonId.parse(personId)) ?? []
    const ended = status === 'expired' ? row.expires : row.ended
    return {
      id: GrantId.parse(row.id),
      requestId: RequestId.parse(row.requestId),
      agent: agent?.slug ?? row.agentId,
      handedOnBy:
        row.child && (agents.find(({ id }) => id === row.child?.openedBy)?.slug ?? row.child.openedBy),
      requester: names.get(row.requesterId) ?? row.requesterId,
      scopes: scopes.length,
      action: scopes[0]?.action ?? '',
      sensitivity: highestSensitivity(scopes),
      // Nobody signed for what an agent handed on.
      signed: row.child ? 0 : 1 + countersignatures(row).length,
      status,
      uses: row.uses,
      usesLeft: row.usesLeft,
      opened: row.opened.getTime(),
      expires: row.expires.getTime(),
      ended: ended?.getTime() ?? null,
      endedBy: row.endedBy === null ? null : (names.get(row.endedBy) ?? agent?.slug ?? null),
      seen: seen.get(row.id) ?? null,
      isOwn: row.requesterId === actor.personId,
      mayRevoke: status === 'live' && mayRevoke(actor, partiesOfRow(row, owners)),
      bounds: groupByServer(scopes).flatMap(([scope]): Bound[] => {
        if (!scope) return []
        const lastTokenEnds = tokens.get(`${row.id} ${scope.serverId}`) ?? null
        return [
          { server: scope.serverName, check: checks.get(scope.serverId) ?? 'introspection', lastTokenEnds },
        ]
      }),
    }
  })
}

const riskFirst = (a: Scope, b: Scope) => b.sensitivity - a.sensitivity || (a.action < b.action ? -1 : 1)

// Each tenant sees only its scopes; the requester's own tenant sees the whole.
const seenScopes = (actor: Actor, { request, scopes }: Row): Scope[] =>
  scopes
    .map(scopeOfSnapshot)
    .filter(({ tenantId }) => request.tenantId === actor.tenantId || tenantId === actor.tenantId)
    .sort(riskFirst)

const countersignatures = ({ request }: Row) =>
  request.approvals.filter(
    ({ version, verdict }) => version === request.version && VoteVerdictRow.parse(verdict) === 'approve',
  )

const partiesOfRow = (row: Row, agentOwners: readonly PersonId[]) => ({
  requesterId: PersonId.parse(row.requesterId),
  agentOwners,
  tenants: row.scopes.map(({ tenantId }) => TenantId.parse(tenantId)),
  tenantId: TenantId.parse(row.request.tenantId),
  stages: StageRow.array().parse(row.request.stages),
  voters: row.request.approvals.map(({ personId }) => PersonId.parse(personId)),
})
