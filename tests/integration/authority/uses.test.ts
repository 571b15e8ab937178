import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask } from '@/tests/harness/world'

let tickets: ReturnType<typeof makeAsker>

withAuthority()
beforeAll(async () => {
  tickets = makeAsker(world, authority.issuer, 'tickets')
})

async function cappedGrant(uses: number) {
  const { grantId } = await grantTask(world)
  await database().grant.update({ where: { id: grantId }, data: { uses, usesLeft: uses } })
  return grantId
}
const leftOf = async (id: string) => (await database().grant.findUniqueOrThrow({ where: { id } })).usesLeft

describe('a grant whose uses are counted', () => {
  test('spends one for each allowed answer and none for a refusal', async () => {
    const grantId = await cappedGrant(2)
    const refused = aboutGrant(grantId, 'ticket:delete')
    expect((await tickets.send(refused)).decision).toBe(false)
    expect(await tickets.send(aboutGrant(grantId))).toMatchObject({
      decision: true,
      context: { uses_left: 1 },
    })
    expect((await tickets.send(refused)).context.reason).toBe('scope_not_granted')
    expect(await tickets.send(aboutGrant(grantId))).toMatchObject({
      decision: true,
      context: { uses_left: 0 },
    })
    expect(await tickets.send(aboutGrant(grantId))).toMatchObject({
      ...{
        status: 200,
        decision: false,
        context: { reason: 'grant_spent', policies: [], says: [expect.stringMatching(/uses/)] },
      },
    })
    expect(await leftOf(grantId)).toBe(0)
  })

  test('gives the last one to the first of many questions in one call', async () => {
    const { subject, resource, action } = aboutGrant(await cappedGrant(1))
    const evaluations = [{ action: { name: 'ticket:delete' } }, { action }, { action }, {}]
    const answer = await tickets.sendAll({ subject, resource, evaluations })
    expect(answer.evaluations?.map(({ decision }) => decision)).toEqual([false, true, false, false])
  })
})
