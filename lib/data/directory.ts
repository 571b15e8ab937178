import { Role } from '@/lib/domain/access'
import { PersonId, SignInId, type TenantId } from '@/lib/domain/ids'
import { SignInMethod } from '@/lib/domain/sign-in'
import { database } from './database'

export type PersonRecord = {
  id: PersonId
  name: string
  issuer: string
  subject: string
  disabled: Date | null
  roles: Role[]
  lastSignIn: Date | null
}

const LAST_SIGN_IN = { orderBy: { started: 'desc' }, take: 1, select: { started: true } } as const

/** The people who hold a role in a tenant, by name: everybody, or one. */
export async function listPeople(tenantId: TenantId, id?: PersonId): Promise<PersonRecord[]> {
  const rows = await database().person.findMany({
    where: { roles: { some: { tenantId } }, ...(id ? { id } : {}) },
    include: { roles: { where: { tenantId } }, signIns: LAST_SIGN_IN },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: 500,
  })
  return rows.map(({ id, name, issuer, subject, disabled, roles, signIns }) => ({
    id: PersonId.parse(id),
    name,
    issuer,
    subject,
    disabled,
    roles: roles.map(({ role }) => Role.parse(role)),
    lastSignIn: signIns[0]?.started ?? null,
  }))
}

export type ListedSignIn = {
  id: SignInId
  personId: PersonId
  personName: string
  method: SignInMethod
  started: Date
  expires: Date
  idleEnds: Date
  address: string | null
  userAgent: string | null
}

/** Sign-ins that still work, newest first: one person's, or everybody's of a tenant. */
export async function listSignIns(
  of: { tenantId: TenantId; personId?: PersonId },
  now: Date,
): Promise<ListedSignIn[]> {
  const rows = await database().signIn.findMany({
    where: {
      ended: null,
      expires: { gt: now },
      idleEnds: { gt: now },
      person: { disabled: null, roles: { some: { tenantId: of.tenantId } } },
      ...(of.personId ? { personId: of.personId } : {}),
    },
    include: { person: { select: { name: true } } },
    orderBy: [{ started: 'desc' }, { id: 'asc' }],
    take: 200,
  })
  return rows.map(({ person, ended: _, ...row }) => ({
    ...row,
    id: SignInId.parse(row.id),
    personId: PersonId.parse(row.personId),
    personName: person.name,
    method: SignInMethod.parse(row.method),
  }))
}
