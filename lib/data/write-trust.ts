import { Prisma } from '@/generated/prisma/client'
import { isIdentityEdit } from '@/lib/domain/identity-edit'
import type { KnownIdentity } from '@/lib/domain/identity-words'
import type { AgentId, OidcIssuerId } from '@/lib/domain/ids'
import type { TrustChange } from '@/lib/domain/trust-change'
import { expectMany, expectOne, type Tx } from './commit'
import { newId } from './new-id'
import { holdAgainstOverlap } from './spiffe-overlap'
import type { IdentifiedAgent } from './trust'
import { statedBy, writeIdentityEdit } from './write-identity-edit'
import type { Agreed } from './write-people'

/** Writes a change of trust over the version that was read. Whatever was proven before it is proven anew. */
export async function writeTrustChange(tx: Tx, change: TrustChange, of: Agreed): Promise<void> {
  if (change.kind === 'domain.put') return putDomain(tx, change, of)
  if (change.kind === 'issuer.put') return putIssuer(tx, change, of)
  if (change.kind === 'domain.environment') return stateEnvironment(tx, change, of)
  await moveAgent(tx, { id: change.agentId, rev: of.effect.rev })
  if (isIdentityEdit(change)) return writeIdentityEdit(tx, change, of)
  const added = { id: newId('IdentityId'), agentId: change.agentId, addedBy: of.by, added: of.now }
  if (change.kind === 'identity.key') {
    const { jkt, jwk, environment } = change
    await tx.agentKey.create({ data: { ...added, jkt, jwk, environment } })
  } else if (change.kind === 'identity.spiffe') {
    const { trustDomain, workload, byDomain } = change
    await holdAgainstOverlap(tx, change)
    const environment = byDomain ? await statedBy(tx, trustDomain) : change.environment
    await tx.agentIdentity.create({
      data: { id: added.id, agentId: added.agentId, trustDomain, workload, environment, byDomain },
    })
  } else {
    const { issuerId, subject, conditions, environment } = change
    await tx.agentSubject.create({ data: { ...added, issuerId, subject, conditions, environment } })
  }
}

const moveAgent = async (tx: Tx, { id, rev }: { id: AgentId; rev: number }) =>
  expectOne(await tx.agent.updateMany({ where: { id, rev }, data: { rev: { increment: 1 } } }))

/** Every agent that is known by it, in the order in which rows are locked. */
async function moveAgents(tx: Tx, ids: readonly { agentId: string }[]): Promise<void> {
  const all = [...new Set(ids.map(({ agentId }) => agentId))].sort()
  await tx.$queryRaw`select id from agent where id = any(${all}) order by id for no key update`
  await tx.agent.updateMany({ where: { id: { in: all } }, data: { rev: { increment: 1 } } })
}

const inDomain = (tx: Tx, trustDomain: string) =>
  tx.agentIdentity.findMany({ where: { trustDomain }, select: { agentId: true } })

/**
 * Changes a trust domain with every agent that is known by it. One that was named in it meanwhile was not held: whoever
 * names one holds the domain until then, so it is seen here, and nothing is changed.
 */
export async function overDomain(tx: Tx, name: string, write: () => Promise<{ count: number }>) {
  const before = await inDomain(tx, name)
  await moveAgents(tx, before)
  expectOne(await write())
  expectMany((await inDomain(tx, name)).length, before.length)
}
const ofIssuer = (tx: Tx, issuerId: string) =>
  tx.agentSubject.findMany({ where: { issuerId }, select: { agentId: true } })

type Put<K> = Extract<TrustChange, { kind: K }>

async function putDomain(tx: Tx, { name, bundle, url }: Put<'domain.put'>, of: Agreed) {
  const { effect, tenantId, now } = of
  const source = url
    ? { bundleUrl: url, refreshed: now, nextRefresh: now, problem: null }
    : { bundleUrl: null, refreshed: null, nextRefresh: null, problem: null }
  if (effect.rev === 0) {
    await tx.trustDomain.create({ data: { name, tenantId, bundle, ...source } })
    return
  }
  const where = { name, tenantId, version: effect.rev }
  const data = { bundle, ...source, version: { increment: 1 } }
  await overDomain(tx, name, () => tx.trustDomain.updateMany({ where, data }))
}

// Each identity that follows the domain carries what it states, so nothing that is issued has to ask the domain.
async function stateEnvironment(tx: Tx, change: Put<'domain.environment'>, { effect, tenantId }: Agreed) {
  const { name, environment } = change
  const where = { name, tenantId, version: effect.rev }
  const data = { environment, version: { increment: 1 } }
  await overDomain(tx, name, () => tx.trustDomain.updateMany({ where, data }))
  await tx.agentIdentity.updateMany({ where: { trustDomain: name, byDomain: true }, data: { environment } })
}

async function putIssuer(tx: Tx, change: Put<'issuer.put'>, { effect, tenantId, by, now }: Agreed) {
  const { issuer, issuerKind: kind } = change
  const data = {
    jwks: change.jwks ?? Prisma.DbNull,
    environments: change.environments ?? Prisma.DbNull,
    environment: change.environment,
  }
  if (effect.rev === 0) {
    const id = newId('OidcIssuerId')
    await tx.oidcIssuer.create({ data: { id, tenantId, issuer, kind, ...data, addedBy: by, added: now } })
    return
  }
  const { id } = await tx.oidcIssuer.findUniqueOrThrow({ where: { issuer }, select: { id: true } })
  await moveAgents(tx, await ofIssuer(tx, id))
  expectOne(
    await tx.oidcIssuer.updateMany({
      where: { id, tenantId, rev: effect.rev },
      data: { ...data, rev: { increment: 1 } },
    }),
  )
}

/** Takes an identity away. From the commit on nothing is issued to whoever proves it. */
export async function deleteIdentity(
  tx: Tx,
  agent: IdentifiedAgent,
  { id, kind }: KnownIdentity,
): Promise<void> {
  await moveAgent(tx, agent)
  const where = { id, agentId: agent.id }
  if (kind === 'key') expectOne(await tx.agentKey.deleteMany({ where }))
  else if (kind === 'spiffe') expectOne(await tx.agentIdentity.deleteMany({ where }))
  else expectOne(await tx.agentSubject.deleteMany({ where }))
}

/** Removes a trust domain over the version that was read, with what agents are known by in it. */
export async function deleteTrustDomain(tx: Tx, { name, version }: { name: string; version: number }) {
  await overDomain(tx, name, () => tx.trustDomain.deleteMany({ where: { name, version } }))
  await tx.agentIdentity.deleteMany({ where: { trustDomain: name } })
}

/** The same for an issuer. */
export async function deleteIssuer(tx: Tx, { id, rev }: { id: OidcIssuerId; rev: number }) {
  await moveAgents(tx, await ofIssuer(tx, id))
  await tx.agentSubject.deleteMany({ where: { issuerId: id } })
  expectOne(await tx.oidcIssuer.deleteMany({ where: { id, rev } }))
}
