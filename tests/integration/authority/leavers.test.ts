import { expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { readGroupMap } from '@/lib/domain/group-map'
import { readProviderClaims } from '@/lib/domain/provider-claims'
import { BY_PROVIDER } from '@/lib/domain/provider-sign-in'
import { signInWithProvider } from '@/lib/usecases/people/sign-in-with-provider'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { addActor } from '@/tests/harness/administrators'
import { introspect, refusalOf } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

const issuer = 'https://idp.example'

/** The company's provider says of the requester that they are in no group any more. */
function comeWithoutGroups() {
  const map = readGroupMap('{"staff":["requester"]}')
  const claims = { iss: issuer, sub: 'requester', name: 'requester', groups: [] }
  const provided = readProviderClaims(claims, { issuer, groupsClaim: 'groups' })
  if (!map.ok || !provided) throw new Error('These claims are nobody.')
  return signInWithProvider({ provided, groupMap: map.map, from: {} })
}

const ofRequester = () => ({ personId: world.people.requester, tenantId: world.tenantId, role: 'requester' })

/** A token that works, and what is said of it and of its mandate afterwards. */
async function tokenAtWork() {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const asked = { mandate, resource: SERVERS.tickets }
  const token = (await agent.exchange(asked)).access_token
  const ask = () => introspect(world, authority.issuer, { as: 'tickets', identifier: SERVERS.tickets, token })
  expect(await ask()).toMatchObject({ active: true })
  return { ask, exchange: () => refusalOf(agent.exchange(asked)) }
}

test('a token of somebody whose last role the provider took is inactive, and nothing is issued again', async () => {
  await database().roleHolding.updateMany({ where: ofRequester(), data: { givenBy: BY_PROVIDER } })
  const { ask, exchange } = await tokenAtWork()
  expect(no(await comeWithoutGroups())).toBe('sign_in_without_role')
  expect(await ask()).toEqual({ active: false })
  expect(await exchange()).toMatchObject({ reason: 'grant_revoked' })
  // A role that comes back brings nothing back.
  await database().roleHolding.create({ data: { ...ofRequester(), givenBy: 'setup' } })
  expect(await ask()).toEqual({ active: false })
  expect(await exchange()).toMatchObject({ reason: 'grant_revoked' })
})

test('so is it when administrators take the last role in this tenant of somebody who works in another too', async () => {
  const [first, second] = [await addActor(world, 'first admin'), await addActor(world, 'second admin')]
  const elsewhere = await database().tenant.create({
    data: { id: newId('TenantId'), slug: 'elsewhere', name: 'Elsewhere' },
  })
  await database().roleHolding.create({
    data: { ...ofRequester(), tenantId: elsewhere.id, givenBy: 'setup' },
  })
  const { ask, exchange } = await tokenAtWork()
  const change = { kind: 'role.take', personId: world.people.requester, role: 'requester' } as const
  const { proposalId } = yes(await proposeRuleChange(first, actOf(first), change))
  const { rev } = await database().person.findUniqueOrThrow({ where: { id: world.people.requester } })
  yes(await activateProposal(second, actOf(second), { proposalId, shown: rev }))
  expect(await ask()).toEqual({ active: false })
  expect(await exchange()).toMatchObject({ reason: 'grant_revoked' })
})
