import { z } from 'zod'
import type { Grounds, LockedRows } from '@/lib/domain/grounds'
import type { RunSql } from './append-events'
import { nowIn } from './clock'
import { membershipRow, nestedRow } from './membership-row'
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
  agents: all.map(({ agent }) => agent.id),
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

async function lock<T>(run: RunSql, sql: string, schema: z.ZodType<T>, ids: readonly string[]): Promise<T[]> {
  if (ids.length === 0) return []
  const rows = await run(`${sql} for share`, sorted(ids))
  return rows.map((row) => schema.parse(row))
}

const Id = z.object({ id: z.string() })
const Person = z.object({ id: z.string(), disabled: z.date().nullable() })
const Member = z.object({ row: z.string() })
const Held = z.object({ of: z.string(), key: z.string() })
const Agent = z.object({ id: z.string(), suspended: z.date().nullable(), rev: z.number() })
const Server = z.object({ id: z.string(), suspended: z.date().nullable() })
const Scope = z.object({ id: z.string(), retired: z.date().nullable() })
const Grant = z.object({ id: z.string(), state: GrantStateRow, expires: z.date() })

const byId = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))

function grouped(rows: readonly { of: string; key: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { of, key } of rows) groups.set(of, [...(groups.get(of) ?? []), key])
  return groups
}

// Which group is inside which changes only while its tenant is held, and that lock is taken above: reading is enough.
async function readNested(run: RunSql, people: readonly string[]) {
  if (people.length === 0) return []
  const rows = await run(
    `select ${nestedRow('m', 'w')} as row from group_member m join group_reach w on w.inner_id = m.group_id
      where m.person_id = any($1)`,
    sorted(people),
  )
  return Member.array().parse(rows)
}

/**
 * Locks, table by table and ids in order, every row whose change must stop what is about to be written, and reads
 * it as it is then. A writer that changed one of them first is waited for; one that comes later waits for this
 * transaction. The order is the same in every transaction (this one, then requests, then grants, then the log's
 * head), so no two can wait for each other. The clock is read last.
 */
export async function lockGrounds(run: RunSql, of: RowsToLock): Promise<LockedRows> {
  // Asked without waiting for each answer; the connection keeps their order.
  const [inForce, , people, roles, memberships, nested, agents, owners, servers, scopes, grants, now] =
    await Promise.all([
      run('select version from policy_in_force where id = 1 for share'),
      lock(run, 'select id from tenant where id = any($1) order by id', Id, of.tenants),
      lock(run, 'select id, disabled from person where id = any($1) order by id', Person, of.people),
      lock(
        run,
        `select person_id as of, concat_ws(' ', tenant_id, role) as key from role_holding
          where person_id = any($1) order by person_id, tenant_id, role`,
        Held,
        of.holders,
      ),
      lock(
        run,
        `select ${membershipRow('m')} as row from group_member m
          where person_id = any($1) order by group_id, person_id`,
        Member,
        of.people,
      ),
      readNested(run, of.people),
      lock(run, 'select id, suspended, rev from agent where id = any($1) order by id', Agent, of.agents),
      lock(
        run,
        `select agent_id as of, person_id as key from agent_owner where agent_id = any($1) order by agent_id, person_id`,
        Held,
        of.agents,
      ),
      lock(
        run,
        'select id, suspended from resource_server where id = any($1) order by id',
        Server,
        of.servers,
      ),
      lock(run, 'select id, retired from scope where id = any($1) order by id', Scope, of.scopes),
      lock(
        run,
        'select id, state, expires from permission_grant where id = any($1) order by id',
        Grant,
        of.grants,
      ),
      nowIn(run),
    ])
  return {
    now,
    policyVersion: z
      .string()
      .nullable()
      .parse(inForce[0]?.version ?? null),
    people: byId(people),
    roles: grouped(roles),
    memberships: new Set([...memberships, ...nested].map(({ row }) => row)),
    agents: byId(agents),
    owners: grouped(owners),
    servers: byId(servers),
    scopes: byId(scopes),
    grants: byId(grants),
  }
}
