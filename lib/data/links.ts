import { PersonId, TenantId } from '@/lib/domain/ids'
import type { LinkKind, StoredLink } from '@/lib/domain/password'
import { database } from './database'

export type Invitation = StoredLink & {
  hash: string
  tenantId: TenantId
  name: string
  email: string
  invitedBy: PersonId
}

export type Reset = StoredLink & { hash: string; personId: PersonId; isRecovery: boolean }

const find = (kinds: LinkKind[], hash: string) =>
  database().oneTimeLink.findFirst({ where: { kind: { in: kinds }, hash } })

/** The invitation behind a link, whether it still works or not. */
export async function findInvitation(hash: string): Promise<Invitation | null> {
  const row = await find(['invitation'], hash)
  return (
    row && {
      ...row,
      tenantId: TenantId.parse(row.tenantId),
      name: row.name ?? row.email,
      invitedBy: PersonId.parse(row.invitedBy),
    }
  )
}

/** The reset behind a link, mailed or printed, whether it still works or not. */
export async function findReset(hash: string): Promise<Reset | null> {
  const row = await find(['reset', 'recovery'], hash)
  return row && { ...row, personId: PersonId.parse(row.personId), isRecovery: row.kind === 'recovery' }
}

/** Whether somebody was invited who has not joined yet, with a link that works or not. */
export const hasInvitation = async (tenantId: TenantId, email: string): Promise<boolean> =>
  (await database().oneTimeLink.count({ where: { kind: 'invitation', tenantId, email, used: null } })) > 0

export type ListedInvitation = { name: string; email: string; created: Date; expires: Date }

/** Invitations of a tenant that nobody has followed yet, newest first, those that have run out among them. */
export async function listInvitations(tenantId: TenantId): Promise<ListedInvitation[]> {
  const rows = await database().oneTimeLink.findMany({
    where: { kind: 'invitation', tenantId, used: null },
    orderBy: [{ created: 'desc' }, { hash: 'asc' }],
    take: 100,
  })
  return rows.map(({ name, email, created, expires }) => ({ name: name ?? email, email, created, expires }))
}
