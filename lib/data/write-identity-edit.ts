import type { Prisma } from '@/generated/prisma/client'
import type { IdentityEdit } from '@/lib/domain/identity-edit'
import { ChangedMeanwhile, type Tx } from './commit'
import { newId } from './new-id'
import type { Agreed } from './write-people'

type Edit<K> = Extract<IdentityEdit, { kind: K }>

/** Writes a change of an identity, inside the transaction that moved its agent over the version that was read. */
export async function writeIdentityEdit(tx: Tx, change: IdentityEdit, of: Agreed): Promise<void> {
  if (change.kind === 'identity.conditions') await replaceConditions(tx, change, of)
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

async function addKeyBeside(tx: Tx, change: Edit<'identity.rotate'>, { by, now }: Agreed) {
  const { agentId, identityId, jkt, jwk } = change
  const old = await tx.agentKey.findFirst({ where: { id: identityId, agentId } })
  if (!old) throw new ChangedMeanwhile()
  const { environment } = old
  await tx.agentKey.create({
    data: { id: newId('IdentityId'), agentId, jkt, jwk, environment, addedBy: by, added: now },
  })
}
