import { type Actor, mayRevoke } from '@/lib/domain/access'
import { GrantId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
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
import { lastSeenOf, lastTokensOf } from './grant-activity'
import { countLive, IS_UNUSED } from './live-counts'
import { type LiveGrantRow, readLiveGrants } from './live-grant-rows'
import { GrantStateRow, StageRow, scopeOfSnapshot, VoteVerdictRow } from './rows'
import { checkOf } from './servers'
import { type Bind, binder } from './trail-conditions'
import { isVisible } from './visible-sql'

/** Ten thousand grants are never loaded at once: a page, and how many there are. */
const PAGE = 50

const seconds = (now: Date, count: number) => new Date(now.getTime() + count * 1000)

const isLive = (now: string) => `(g.state = 'live' and g.expires > ${now})`

const endedLately = (now: string, lately: string) =>
  `((g.state <> 'live' and g.ended > ${lately}) or (g.state = 'live' and g.expires > ${lately} and g.expires <= ${now}))`

function isShown(filter: LiveFilter, now: Date, bind: Bind): string {
  if (filter === 'ending') return `g.expires <= ${bind(seconds(now, ENDING_SECONDS))}::timestamptz`
  if (filter === 'countersigned') return `r.stages <> '[]'::jsonb`
  return filter === 'unused' ? IS_UNUSED : 'true'
}

function isOlder(before: string | null | undefined, bind: Bind): string {
  const cursor = cursorOf(before)
  return cursor
    ? `(g.opened, g.id) < (${bind(cursor.opened)}::timestamptz, ${bind(cursor.id)}::text)`
    : 'true'
}

type Page = { now: Date; filter: LiveFilter; before?: string | null; take?: number }

/** Live grants this person may see and those that ended in the last 15 minutes, newest first, with the figures of the chips. */
export async function listLiveGrants(actor: Actor, page: Page): Promise<LiveGrants> {
  const { now, filter, take = PAGE } = page
  const bound = binder()
  const { bind } = bound
  const [at, lately] = [now, seconds(now, -STAYS_SECONDS)].map((time) => `${bind(time)}::timestamptz`)
  const where = [
    isVisible(actor, bind),
    `(${isLive(at ?? '')} or ${endedLately(at ?? '', lately ?? '')})`,
    isShown(filter, now, bind),
    isOlder(page.before, bind),
  ]
  const [found, counts] = await Promise.all([
    readLiveGrants(where, (of) => `${of}.opened desc, ${of}.id desc`, take + 1, bound),
    countLive(actor, now),
  ])
  const rows = await liveGrantsOf(actor, found.slice(0, take), now)
  const last = rows.at(-1)
  return { now: now.getTime(), rows, counts, next: found.length > take && last ? cursorText(last) : null }
}

/** The live grants somebody filed themselves: those whose time ends first come first. */
export async function listOwnLiveGrants(actor: Actor, now: Date, take: number): Promise<LiveGrant[]> {
  const bound = binder()
  const { bind } = bound
  const where = [
    isLive(`${bind(now)}::timestamptz`),
    `g.requester_id = ${bind(actor.personId)}`,
    `g.tenant_id = ${bind(actor.tenantId)}`,
  ]
  return liveGrantsOf(actor, await readLiveGrants(where, (of) => `${of}.expires, ${of}.id`, take, bound), now)
}

/** Two questions more for a whole page, whatever its length. */
async function liveGrantsOf(actor: Actor, rows: readonly LiveGrantRow[], now: Date): Promise<LiveGrant[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const [seen, tokens] = await Promise.all([lastSeenOf(ids), lastTokensOf(ids)])
  return rows.map((row) => {
    const scopes = seenScopes(actor, row)
    const checks = new Map(row.scopes.map(({ serverId, check }) => [serverId, check]))
    const status = grantStatus({ state: GrantStateRow.parse(row.state), expires: row.expires }, now)
    const ended = status === 'expired' ? row.expires : row.ended
    return {
      id: GrantId.parse(row.id),
      requestId: RequestId.parse(row.requestId),
      agent: row.agent ?? row.agentId,
      handedOnBy: row.openedBy && (row.handedOnBy ?? row.openedBy),
      requester: row.requester ?? row.requesterId,
      scopes: scopes.length,
      action: scopes[0]?.action ?? '',
      sensitivity: highestSensitivity(scopes),
      // Nobody signed for what an agent handed on.
      signed: row.openedBy ? 0 : 1 + countersignatures(row).length,
      status,
      uses: row.uses,
      usesLeft: row.usesLeft,
      opened: row.opened.getTime(),
      expires: row.expires.getTime(),
      ended: ended?.getTime() ?? null,
      endedBy: row.endedBy === null ? null : row.endedByName,
      seen: seen.get(row.id) ?? null,
      isOwn: row.requesterId === actor.personId,
      mayRevoke: status === 'live' && mayRevoke(actor, partiesOfRow(row)),
      bounds: groupByServer(scopes).flatMap(([scope]): Bound[] => {
        if (!scope) return []
        const lastTokenEnds = tokens.get(`${row.id} ${scope.serverId}`) ?? null
        return [{ server: scope.serverName, check: checkOf(checks.get(scope.serverId) ?? ''), lastTokenEnds }]
      }),
    }
  })
}

const riskFirst = (a: Scope, b: Scope) => b.sensitivity - a.sensitivity || (a.action < b.action ? -1 : 1)

// Each tenant sees only its scopes; the requester's own tenant sees the whole.
const seenScopes = (actor: Actor, { tenantId: of, scopes }: LiveGrantRow): Scope[] =>
  scopes
    .map(scopeOfSnapshot)
    .filter(({ tenantId }) => of === actor.tenantId || tenantId === actor.tenantId)
    .sort(riskFirst)

const countersignatures = ({ votes, version }: LiveGrantRow) =>
  votes.filter((vote) => vote.version === version && VoteVerdictRow.parse(vote.verdict) === 'approve')

const partiesOfRow = (row: LiveGrantRow) => ({
  requesterId: PersonId.parse(row.requesterId),
  agentOwners: row.owners.map((owner) => PersonId.parse(owner)),
  tenants: row.scopes.map(({ tenantId }) => TenantId.parse(tenantId)),
  tenantId: TenantId.parse(row.tenantId),
  stages: StageRow.array().parse(row.stages),
  voters: row.votes.map(({ personId }) => PersonId.parse(personId)),
})
