import { Prisma } from '@/generated/prisma/client'
import type { Checks, ServerChange } from '@/lib/domain/server-change'
import { expectOne, type Tx } from './commit'
import { newId } from './new-id'
import type { Agreed } from './write-people'

const checkColumns = (checks: Checks) => ({
  check: checks === 'offline' ? 'offline' : 'introspection',
  asksOnline: checks === 'asking',
})

function columnsOf(change: ServerChange, now: Date): Prisma.ResourceServerUpdateManyMutationInput {
  if (change.kind === 'server.remove') return { suspended: now, removed: now }
  if (change.kind !== 'server.set') return {}
  return { ...checkColumns(change.checks), ...(change.key ? { clientJwk: change.key.jwk } : {}) }
}

type Retire = Extract<ServerChange, { kind: 'scope.retire' | 'server.remove' }>

/** One scope of a server, or all that it has left. Whoever issues holds these rows: before this or after it. */
async function retire(tx: Tx, change: Retire, now: Date): Promise<void> {
  const which = change.kind === 'scope.retire' ? { id: change.scopeId } : {}
  const { count } = await tx.scope.updateMany({
    where: { ...which, serverId: change.serverId, retired: null },
    data: { retired: now },
  })
  if (change.kind === 'scope.retire') expectOne({ count })
}

/** Writes a change of a resource server or its scopes over the version of the server that was read. */
export async function writeServerChange(
  tx: Tx,
  change: ServerChange,
  { tenantId, effect, now }: Agreed,
): Promise<void> {
  if (change.kind === 'server.add') {
    const { name, identifier, type, checks, key } = change
    const clientJwk = key?.jwk ?? Prisma.DbNull
    const data = { id: newId('ResourceServerId'), tenantId, name, identifier, type, clientJwk }
    await tx.resourceServer.create({ data: { ...data, ...checkColumns(checks) } })
    return
  }
  // The server before its scopes, as `lockGrounds` does.
  expectOne(
    await tx.resourceServer.updateMany({
      where: { id: change.serverId, tenantId, removed: null, rev: effect.rev },
      data: { ...columnsOf(change, now), rev: { increment: 1 } },
    }),
  )
  if (change.kind === 'scope.retire' || change.kind === 'server.remove') return retire(tx, change, now)
  if (change.kind === 'server.set') return
  const { serverId, sensitivity, dataDomain, maxSeconds } = change
  const classified = { sensitivity, dataDomain, maxSeconds }
  if (change.kind === 'scope.add') {
    const { action, resource } = change
    await tx.scope.create({
      data: { id: newId('ScopeId'), serverId, tenantId, action, resource, ...classified },
    })
  } else {
    const where = { id: change.scopeId, serverId, tenantId, retired: null }
    expectOne(await tx.scope.updateMany({ where, data: classified }))
  }
}
