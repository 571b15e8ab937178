import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import type { Actor, Role } from '@/lib/domain/access'
import type { RequestId, TenantId } from '@/lib/domain/ids'
import type { PolicySetText } from '@/lib/policy/load'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { yes } from './demo'
import { letPassBy } from './time-passed'

const ISSUER = 'https://stages.example'

/** The actor somebody who was added here is after signing in now. */
export async function signedIn(subject: string): Promise<Actor> {
  const found = await findPersonActor(ISSUER, subject, newId('SignInId'), await databaseNow())
  if (!found) throw new Error(`There is no ${subject}.`)
  return found
}

type Joining = { roles?: readonly Role[]; groups?: readonly string[] }

/** Somebody new of the tenant, in these groups. */
export async function addSomebody(
  tenantId: TenantId,
  subject: string,
  { roles = ['approver'], groups = [] }: Joining,
): Promise<Actor> {
  const personId = newId('PersonId')
  await database().person.create({ data: { id: personId, issuer: ISSUER, subject, name: subject } })
  await database().roleHolding.createMany({
    data: roles.map((role) => ({ personId, tenantId, role, givenBy: 'setup' })),
  })
  for (const slug of groups) {
    const group = await database().group.findFirstOrThrow({ where: { tenantId, slug } })
    await database().groupMember.create({ data: { groupId: group.id, personId, addedBy: 'setup' } })
  }
  return signedIn(subject)
}

export const addGroup = (tenantId: TenantId, slug: string) =>
  database().group.create({ data: { id: newId('GroupId'), tenantId, slug, name: slug } })

export const putInForce = async (text: PolicySetText, groups: ReadonlyMap<string, number>) =>
  yes(await installPolicySet({ via: 'setup' }, text, groups))

/** Lets time pass for one request: everything it knows of time is so much older, and so is every seat. */
export const letPass = (requestId: RequestId, minutes: number): Promise<void> =>
  letPassBy((sql, values) => pool().query(sql, values), requestId, minutes)
