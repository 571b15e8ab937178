import type { PersonId, TenantId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'

type NewLink = { hash: string; email: string; created: Date; expires: Date }

/** A new invitation takes the place of those the tenant sent to that address before: only the last mail works. */
export async function replaceInvitation(
  tx: Tx,
  link: NewLink & { tenantId: TenantId; name: string; invitedBy: PersonId },
): Promise<void> {
  const { tenantId, email } = link
  await tx.oneTimeLink.deleteMany({ where: { kind: 'invitation', tenantId, email, used: null } })
  await tx.oneTimeLink.create({ data: { ...link, kind: 'invitation' } })
}

/** Takes back what the tenant sent to an address. */
export async function deleteInvitation(
  tx: Tx,
  { tenantId, email }: { tenantId: TenantId; email: string },
): Promise<void> {
  expectOne(await tx.oneTimeLink.deleteMany({ where: { kind: 'invitation', tenantId, email, used: null } }))
}

/** A new reset, mailed or printed, takes the place of earlier ones. */
export async function replaceReset(
  tx: Tx,
  link: NewLink & { personId: PersonId },
  kind: 'reset' | 'recovery' = 'reset',
): Promise<void> {
  await deleteResets(tx, link.personId)
  await tx.oneTimeLink.create({ data: { ...link, kind } })
}

/** Makes the links worthless with which somebody could still choose another password for this person. */
export async function deleteResets(tx: Tx, personId: PersonId): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { kind: { in: ['reset', 'recovery'] }, personId, used: null } })
}

/** Uses a link up. Of two who follow it at once the row lets one. */
export async function spendLink(tx: Tx, hash: string, used: Date): Promise<void> {
  expectOne(await tx.oneTimeLink.updateMany({ where: { hash, used: null }, data: { used } }))
}
