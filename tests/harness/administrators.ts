import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import type { Actor, Role } from '@/lib/domain/access'
import type { TestWorld } from './world'

/** Somebody more of a world, who has just signed in. */
export async function addActor(world: TestWorld, name: string, role: Role = 'administrator'): Promise<Actor> {
  const id = newId('PersonId')
  await database().person.create({ data: { id, issuer: 'https://idp.example', subject: name, name } })
  const held = { personId: id, tenantId: world.tenantId, role, givenBy: 'setup' }
  await database().roleHolding.create({ data: held })
  const actor = await findPersonActor('https://idp.example', name, newId('SignInId'), await databaseNow())
  if (!actor) throw new Error('They are not there.')
  return actor
}
