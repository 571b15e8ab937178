import { expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { agent, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask } from '@/tests/harness/world'

withAuthority()

type Page = { grants: { id: string; state: string }[]; next_page_token?: string }
const page = async (token: string, from?: string): Promise<Page> =>
  (await agent.call('GET', `/grants${from ? `?page_token=${from}` : ''}`, token)).json()

test('live grants come before ended ones, and the list goes on page by page', {
  timeout: 120_000,
}, async () => {
  const live: string[] = []
  const ended: string[] = []
  // The live ones are the oldest, and all of a kind were opened in one millisecond: their ids decide.
  for (let at = 0; at < 55; at += 1) (at < 3 ? live : ended).push((await grantTask(world)).grantId)
  await database().grant.updateMany({
    where: { id: { in: live } },
    data: { opened: new Date(Date.now() - 86_400_000) },
  })
  await database().grant.updateMany({
    where: { id: { in: ended } },
    data: { state: 'completed', ended: new Date(), opened: new Date(Date.now() - 3_600_000) },
  })
  const token = await agent.ownToken()
  const first = await page(token)
  expect(first.grants).toHaveLength(50)
  expect(first.grants.slice(0, 4).map(({ state }) => state)).toEqual(['live', 'live', 'live', 'completed'])
  const second = await page(token, first.next_page_token)
  expect(second.next_page_token).toBeUndefined()
  const all = [...first.grants, ...second.grants].map(({ id }) => id)
  expect(all.slice(0, 3).sort()).toEqual([...live].sort())
  expect([...all].sort()).toEqual([...live, ...ended].sort())
  const strange = await agent.call('GET', '/grants?page_token=e30', token)
  expect([strange.status, (await strange.json()).reason]).toEqual([400, 'request_malformed'])
})
