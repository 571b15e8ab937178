import { z } from 'zod'
import type { Grounds, LockedRows } from '@/lib/domain/grounds'
import type { RunSql } from './append-events'
import { seededNow } from './clock'
import type { GroundsRev } from './kept-unmoved'
import { GrantStateRow } from './rows'

/** The rows a transaction has to hold still, by table. */
export type RowsToLock = {
  tenants: readonly string[]
  people: readonly string[]
  holders: readonly string[]
  agents: readonly string[]
  servers: readonly string[]
  scopes: readonly string[]
  grants: readonly string[]
}

const NOTHING: RowsToLock = {
  tenants: [],
  people: [],
  holders: [],
  agents: [],
  servers: [],
  scopes: [],
  grants: [],
}

/** The rows that these acts were decided on, and the grants they are about. */
export const rowsOf = (all: readonly Grounds[], grants: readonly string[] = []): RowsToLock => ({
  tenants: all.flatMap(({ holders, scopes }) => [...holders, ...scopes].map(({ tenantId }) => tenantId)),
  people: all.flatMap(({ requesterId, holders, memberships }) => [
    requesterId,
    ...[...holders, ...memberships].map(({ personId }) => personId),
  ]),
  holders: all.flatMap(({ holders }) => holders.map(({ personId }) => personId)),
  agents: all.flatMap(({ agent, agentsAbove = [] }) => [agent, ...agentsAbove].map(({ id }) => id)),
  servers: all.flatMap(({ scopes }) => scopes.map(({ serverId }) => serverId)),
  scopes: all.flatMap(({ scopes }) => scopes.map(({ id }) => id)),
  grants,
})

/** A grant and its two parties, for what is handed out without asking policy. */
export const rowsOfGrant = (of: { grantId: string; requesterId: string; agentId: string }): RowsToLock => ({
  ...NOTHING,
  people: [of.requesterId],
  agents: [of.agentId],
  grants: [of.grantId],
})

const sorted = (ids: readonly string[]) => [...new Set(ids)].sort()

// JSON says a time with its zone.
const time = z.iso.datetime({ offset: true }).pipe(z.coerce.date())
// SQL makes nothing of no rows.
const rows = <T>(row: z.ZodType<T>) => z.preprocess((found) => found ?? [], z.array(row))

const Held = rows(z.object({ of: z.string(), key: z.string() }))
const Locked = z.object({
  tenants: rows(z.object({ id: z.string(), hoursRev: z.number() })),
  people: rows(z.object({ id: z.string(), disabled: time.nullable() })),
  roles: Held,
  memberships: rows(z.string()),
  agents: rows(z.object({ id: z.string(), suspended: time.nullable(), rev: z.number() })),
  owners: Held,
  servers: rows(z.object({ id: z.string(), suspended: time.nullable() })),
  scopes: rows(z.object({ id: z.string(), retired: time.nullable() })),
  grants: rows(z.object({ id: z.string(), state: GrantStateRow, expires: time })),
})
const Answer = z.object({ policy_version: z.string().nullable(), locked: z.string(), at: z.date() })

const byId = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))

function grouped(rows: readonly { of: string; key: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { of, key } of rows) groups.set(of, [...(groups.get(of) ?? []), key])
  return groups
}

const LOCK = `select policy_version, locked, at
  from lock_grounds($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`

/**
 * Locks, table by table and ids in order, every row whose change must stop what is about to be written, and reads
 * it as it is then. A writer that changed one of them first is waited for; one that comes later waits for this
 * transaction. The order is the same in every transaction (this one, then requests, then grants, then the log's
 * head), so no two can wait for each other. The clock is read last. The order itself stands in the database's
 * `lock_grounds`.
 */
export async function lockGrounds(run: RunSql, of: RowsToLock): Promise<LockedRows> {
  const { tenants, people, holders, agents, servers, scopes, grants } = of
  const ids = [tenants, people, holders, agents, servers, scopes, grants].map(sorted)
  const [row] = await run(LOCK, ...ids)
  const answer = Answer.parse(row)
  const locked = Locked.parse(JSON.parse(answer.locked))
  return {
    now: seededNow() ?? answer.at,
    policyVersion: answer.policy_version,
    tenants: byId(locked.tenants),
    people: byId(locked.people),
    roles: grouped(locked.roles),
    memberships: new Set(locked.memberships),
    agents: byId(locked.agents),
    owners: grouped(locked.owners),
    servers: byId(locked.servers),
    scopes: byId(locked.scopes),
    grants: byId(locked.grants),
  }
}

const Head = z.object({ trustRev: z.string() })
const HOLD_HEAD = 'select trust_rev::text as "trustRev" from trail_head where id = 1 for update'

/** Takes the log's head, behind every other row, and says which version of who is believed stands until the commit. */
export async function holdTrust(run: RunSql): Promise<GroundsRev> {
  const [row] = await run(HOLD_HEAD)
  return Head.parse(row).trustRev
}
