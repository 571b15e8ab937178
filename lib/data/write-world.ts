import type { World } from '@/lib/domain/world'
import type { Tx } from './commit'
import { database } from './database'
import { newId } from './new-id'

type SetUp = { by: string; at: Date }

/** Writes a whole tenant. `by` is who set it up: nobody in it put themselves into a group. */
export async function insertWorld(tx: Tx, world: World, setUp: SetUp): Promise<void> {
  const tenantId = world.tenant.id
  await tx.tenant.create({ data: world.tenant })
  await insertPeople(tx, world, setUp)
  await tx.trustDomain.create({ data: { ...world.trustDomain, tenantId } })
  await insertAgents(tx, world)
  for (const { scopes, clientJwk, ...server } of world.servers) {
    await tx.resourceServer.create({ data: { ...server, tenantId, ...(clientJwk ? { clientJwk } : {}) } })
    await tx.scope.createMany({ data: scopes.map((scope) => ({ ...scope, tenantId, serverId: server.id })) })
  }
  await tx.template.createMany({
    data: world.templates.map((template, position) => ({
      ...template,
      scopeIds: [...template.scopeIds],
      tenantId,
      position,
    })),
  })
}

async function insertPeople(tx: Tx, { tenant, people, groups }: World, { by, at }: SetUp): Promise<void> {
  const tenantId = tenant.id
  await tx.person.createMany({ data: people.map(({ roles: _, ...person }) => person) })
  await tx.roleHolding.createMany({
    data: people.flatMap(({ id, roles }) =>
      roles.map((role) => ({ personId: id, tenantId, role, givenBy: by, given: at })),
    ),
  })
  await tx.group.createMany({ data: groups.map(({ members: _, ...group }) => ({ ...group, tenantId })) })
  await tx.groupMember.createMany({
    data: groups.flatMap(({ id, members }) =>
      members.map((personId) => ({ groupId: id, personId, addedBy: by, added: at })),
    ),
  })
}

async function insertAgents(tx: Tx, { tenant, agents, trustDomain }: World): Promise<void> {
  await tx.agent.createMany({
    data: agents.map(({ owners: _, workload: __, environments, ...agent }) => ({
      ...agent,
      environments: [...environments],
      tenantId: tenant.id,
    })),
  })
  await tx.agentOwner.createMany({
    data: agents.flatMap(({ id, owners }) => owners.map((personId) => ({ agentId: id, personId }))),
  })
  await tx.agentIdentity.createMany({
    data: agents.map(({ id, workload }) => ({
      id: newId('IdentityId'),
      agentId: id,
      trustDomain: trustDomain.name,
      workload,
    })),
  })
}

/** Whether anything was ever set up here. */
export const hasTenant = async (): Promise<boolean> => (await database().tenant.count()) > 0

/** The identifiers of the resource servers of a tenant, by slug. */
export async function listServerIdentifiers(tenantSlug: string): Promise<string[]> {
  const tenant = await database().tenant.findUnique({ where: { slug: tenantSlug } })
  if (!tenant) return []
  const rows = await database().resourceServer.findMany({
    where: { tenantId: tenant.id },
    select: { identifier: true },
  })
  return rows.map(({ identifier }) => identifier)
}
