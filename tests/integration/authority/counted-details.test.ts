import { afterAll, beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { type ChildrenWorld, childrenWorld, claimsOf, post, spiffe } from '@/tests/harness/children'
import { grantTask, SERVERS } from '@/tests/harness/world'

let w: ChildrenWorld
beforeAll(async () => {
  w = await childrenWorld()
})
afterAll(() => w.dispose())

type Details = { uses?: number }[]
type Listed = { id: string; resources: { resource: string; authorization_details: Details }[] }

test('what a capped grant hands out as authorization_details is taken back everywhere', async () => {
  const { grantId } = await grantTask(w.world, { scopes: ['secret'], signed: ['approver'] })
  await database().grant.update({ where: { id: grantId }, data: { uses: 3, usesLeft: 3 } })
  const { grants }: { grants: Listed[] } = await (await w.triage.call('GET', '/grants')).json()
  const [here] = grants.find(({ id }) => id === grantId)?.resources ?? []
  const details = here?.authorization_details ?? []
  expect([here?.resource, details.map(({ uses }) => uses)]).toEqual([SERVERS.vault, [3]])

  const mandate = await w.triage.mandateOf(grantId)
  const exchanged = async (items: unknown) =>
    w.triage.exchange({
      ...{ mandate, resource: SERVERS.vault },
      more: { authorization_details: JSON.stringify(items) },
    })
  const first = await exchanged(details)
  expect(first.authorization_details).toEqual(details)
  const again = await exchanged(claimsOf(first.access_token).authorization_details)
  expect(claimsOf(again.access_token).authorization_details).toEqual(details)

  const step = { authorization_details: details, expires_in: 600, justification: 'More of the same.' }
  expect(await post(w.triage, w.issuer, `/grants/${grantId}/steps`, step)).toMatchObject({ status: 200 })
  // Narrowing takes the items; that nobody signed for the sub-agent is policy's word.
  const ask = {
    ...{ agent: spiffe('stranger'), expires_in: 600, uses: 1 },
    resources: [{ resource: SERVERS.vault, authorization_details: details }],
  }
  expect(await w.open(grantId, ask)).toMatchObject({ status: 400, reason: 'policy_refused' })
})
