import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { ClaimCondition } from '@/lib/domain/claim-conditions'
import type { IdentityEdit } from '@/lib/domain/identity-edit'
import { ChangedMeanwhile, type Tx } from './commit'
import { newId } from './new-id'
import type { Agreed } from './write-people'

const Stored = z.record(z.string(), z.json())

type Edit<K> = Extract<IdentityEdit, { kind: K }>

/** Writes a change of an identity, inside the transaction that moved its agent over the version that was read. */
export async function writeIdentityEdit(tx: Tx, change: IdentityEdit, of: Agreed): Promise<void> {
  if (change.kind === 'identity.conditions') await replaceConditions(tx, change, of)
  else if (change.kind === 'identity.environment') await replaceEnvironment(tx, change, of)
  else await addKeyBeside(tx, change, of)
}

// As a new row: what was proven under the old conditions was proven as that one, and is none any more.
async function replaceConditions(tx: Tx, change: Edit<'identity.conditions'>, { by }: Agreed) {
  const where = { id: change.identityId, agentId: change.agentId }
  const old = await tx.agentSubject.findFirst({ where })
  if (!old) throw new ChangedMeanwhile()
  await tx.agentSubject.delete({ where: { id: old.id } })
  const { agentId, issuerId, subject, environment, added } = old
  const conditions: Prisma.InputJsonValue = change.conditions
  await tx.agentSubject.create({
    data: {
      id: newId('IdentityId'),
      agentId,
      issuerId,
      subject,
      conditions,
      environment,
      addedBy: by,
      added,
    },
  })
}

/** The environment that a trust domain states. */
export async function statedBy(tx: Tx, name: string): Promise<string | null> {
  return (await tx.trustDomain.findUniqueOrThrow({ where: { name }, select: { environment: true } }))
    .environment
}

// As a new row, like conditions. It keeps when it was added: what the agent is called by stays in its place.
async function replaceEnvironment(tx: Tx, change: Edit<'identity.environment'>, { by }: Agreed) {
  const where = { id: change.identityId, agentId: change.agentId }
  const anew = { id: newId('IdentityId'), addedBy: by }
  const { environment } = change
  const key = environment === null ? null : await tx.agentKey.findFirst({ where })
  if (key && environment !== null) {
    await tx.agentKey.delete({ where: { id: key.id } })
    await tx.agentKey.create({ data: { ...key, ...anew, jwk: Stored.parse(key.jwk), environment } })
    return
  }
  const subject = await tx.agentSubject.findFirst({ where })
  if (!subject) return replacePlaceOfWorkload(tx, change)
  const conditions: Prisma.InputJsonValue = ClaimCondition.array().parse(subject.conditions)
  await tx.agentSubject.delete({ where: { id: subject.id } })
  await tx.agentSubject.create({ data: { ...subject, ...anew, conditions, environment } })
}

async function replacePlaceOfWorkload(tx: Tx, change: Edit<'identity.environment'>) {
  const { agentId, identityId, byDomain } = change
  const workload = await tx.agentIdentity.findFirst({ where: { id: identityId, agentId } })
  if (!workload) throw new ChangedMeanwhile()
  const environment = byDomain ? await statedBy(tx, workload.trustDomain) : change.environment
  await tx.agentIdentity.delete({ where: { id: workload.id } })
  const anew = { id: newId('IdentityId'), environment, byDomain }
  await tx.agentIdentity.create({ data: { ...workload, ...anew } })
}

async function addKeyBeside(tx: Tx, change: Edit<'identity.rotate'>, { by, now }: Agreed) {
  const { agentId, identityId, jkt, jwk } = change
  const old = await tx.agentKey.findFirst({ where: { id: identityId, agentId } })
  if (!old) throw new ChangedMeanwhile()
  const { environment } = old
  await tx.agentKey.create({
    data: { id: newId('IdentityId'), agentId, jkt, jwk, environment, addedBy: by, added: now },
  })
}
