import { describe, expect, test } from 'vitest'
import { findAuthorityRows } from '@/lib/data/authority-callers'
import { database } from '@/lib/data/database'
import { findIssueFacts, keptIssueFacts } from '@/lib/data/issue-facts'
import { refusalOf } from '@/tests/harness/authority'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

const keptNow = async (grantId: string) => keptIssueFacts(grantId, await findAuthorityRows())

async function factsOf(grantId: string) {
  const read = await findIssueFacts(grantId)
  if (!read) throw new Error('The grant is gone.')
  return read
}

describe('what was read of a grant', () => {
  test('is known for as long as the grounds are the same, at the time of whoever asks', async () => {
    const { grantId } = await grantTask(world)
    expect(await keptNow(grantId)).toBeNull()
    const read = await factsOf(grantId)
    const rows = await findAuthorityRows()
    expect(keptIssueFacts(grantId, rows)).toEqual({ ...read, now: rows.now })
    await database().person.updateMany({ where: { id: world.people.approver }, data: { name: 'Other' } })
    expect(await keptNow(grantId)).toBeNull()
    await factsOf(grantId)
    expect(await keptNow(grantId)).not.toBeNull()
  })

  test('is known too where it stands on signatures', async () => {
    const signed = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const read = await factsOf(signed.grantId)
    expect(read.votes).toHaveLength(1)
    expect((await keptNow(signed.grantId))?.votes).toEqual(read.votes)
  })

  test('refuses nobody: a grant that is over meanwhile is refused as it always was', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    const exchange = () => agent.exchange({ mandate, resource: SERVERS.tickets })
    await exchange()
    await exchange()
    expect(await keptNow(grantId)).not.toBeNull()
    await database().grant.update({ where: { id: grantId }, data: { state: 'revoked' } })
    expect((await refusalOf(exchange())).reason).toBe('grant_revoked')
    // Refused before policy was asked: two decisions of two tokens, and one trace of the refusal.
    expect(await database().decision.count({ where: { grantId } })).toBe(2)
    const outcomes = await database().trailEvent.findMany({
      where: { grantId },
      orderBy: { leaf: 'asc' },
      select: { outcome: true },
    })
    expect(outcomes.map(({ outcome }) => outcome).filter((one) => one === 'refused')).toEqual(['refused'])
  })

  test('tells no resource server a no', async () => {
    const { grantId } = await grantTask(world)
    const tickets = makeAsker(world, authority.issuer, 'tickets')
    const ask = () => tickets.send(aboutGrant(grantId))
    expect([(await ask()).decision, (await ask()).decision]).toEqual([true, true])
    await database().grant.update({ where: { id: grantId }, data: { state: 'completed' } })
    expect(await ask()).toMatchObject({ decision: false, context: { reason: 'grant_completed' } })
    expect(await database().decision.count({ where: { grantId } })).toBe(3)
    await database().grant.update({ where: { id: grantId }, data: { state: 'live' } })
    expect((await ask()).decision).toBe(true)
  })
})
