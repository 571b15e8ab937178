import { Prisma } from '@/generated/prisma/client'
import type { ResourceServerId } from '@/lib/domain/ids'
import type { Checks, ServerChange } from '@/lib/domain/server-change'
import { expectOne, type Tx } from './commit'
import { newId } from './new-id'
import type { Agreed } from './write-people'

const checkColumns = (checks: Checks) => ({
  check: checks === 'offline' ? 'offline' : 'introspection',
  asksOnline: checks === 'asking',
})

const NO_OLD_SECRET = { oldSecretHash: null, oldSecretEnds: null }
const NO_SECRET = { secretHash: null, secretMade: null, secretRotated: null, ...NO_OLD_SECRET }
const firstSecret = (secretHash: string, secretMade: Date) => ({ ...NO_SECRET, secretHash, secretMade })

type Rotate = Extract<ServerChange, { kind: 'secret.rotate' }>

function columnsOf(change: ServerChange, now: Date): Prisma.ResourceServerUpdateManyMutationInput {
  if (change.kind === 'server.remove') return { suspended: now, removed: now }
  if (change.kind === 'secret.make')
    return { clientJwk: Prisma.DbNull, ...firstSecret(change.secretHash, now) }
  if (change.kind !== 'server.set') return {}
  const key = change.key ? { clientJwk: change.key.jwk, ...NO_SECRET } : {}
  return { ...checkColumns(change.checks), ...key }
}

/** A new secret, and the one that served until now beside it for a while. Whatever was older is gone: there are two at most. */
async function rotate(tx: Tx, change: Rotate, { tenantId, effect, now }: Omit<Agreed, 'by'>): Promise<void> {
  const { serverId: id, secretHash, keepSeconds } = change
  const at = { id, tenantId, removed: null, rev: effect.rev }
  const before = await tx.resourceServer.findFirst({ where: at, select: { secretHash: true } })
  const old =
    keepSeconds > 0 && before
      ? {
          oldSecretHash: before.secretHash,
          oldSecretEnds: new Date(now.getTime() + keepSeconds * 1000),
        }
      : NO_OLD_SECRET
  expectOne(
    await tx.resourceServer.updateMany({
      where: { ...at, secretHash: { not: null } },
      data: { secretHash, secretRotated: now, ...old, rev: { increment: 1 } },
    }),
  )
}

/** Which secrets are ended: the one before the last rotation, or every one there is. */
export type EndedSecrets = 'old' | 'all'

/** Ends client secrets over the version of the server that was read. */
export async function endSecrets(
  tx: Tx,
  { id, rev }: { id: ResourceServerId; rev: number },
  which: EndedSecrets,
): Promise<void> {
  expectOne(
    await tx.resourceServer.updateMany({
      where: { id, rev, removed: null },
      data: { ...(which === 'all' ? NO_SECRET : NO_OLD_SECRET), rev: { increment: 1 } },
    }),
  )
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
    const { name, identifier, type, checks, key, secretHash } = change
    const clientJwk = key?.jwk ?? Prisma.DbNull
    const data = { id: newId('ResourceServerId'), tenantId, name, identifier, type, clientJwk }
    const secret = secretHash && !key ? firstSecret(secretHash, now) : {}
    await tx.resourceServer.create({ data: { ...data, ...checkColumns(checks), ...secret } })
    return
  }
  if (change.kind === 'secret.rotate') return rotate(tx, change, { tenantId, effect, now })
  // The server before its scopes, as `lockGrounds` does.
  expectOne(
    await tx.resourceServer.updateMany({
      where: { id: change.serverId, tenantId, removed: null, rev: effect.rev },
      data: { ...columnsOf(change, now), rev: { increment: 1 } },
    }),
  )
  if (change.kind === 'scope.retire' || change.kind === 'server.remove') return retire(tx, change, now)
  if (change.kind === 'server.set' || change.kind === 'secret.make') return
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
