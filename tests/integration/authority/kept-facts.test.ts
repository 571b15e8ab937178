import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { findIssueFacts, keptIssueFacts } from '@/lib/data/issue-facts'
import { refusalOf } from '@/tests/harness/authority'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

/** Reads the facts of a grant, and tells what is kept of them so many seconds later. */
async function readOf(grantId: string) {
  const read = await findIssueFacts(grantId)
  if (!read) throw new Error('The grant is gone.')
  const at = (seconds: number) => ({
    now: new Date(read.now.getTime() + seconds * 1000),
    policyVersion: read.policyVersion,
  })
  return { read, at, keptAfter: (seconds: number) => keptIssueFacts(grantId, at(seconds)) }
}

describe('what was read of a grant', () => {
  test('stands for a minute, with the time and the policy set of whoever asks', async () => {
    const { grantId } = await grantTask(world)
    expect(keptIssueFacts(grantId, { now: new Date(), policyVersion: null })).toBeNull()
    const { read, at, keptAfter } = await readOf(grantId)
    expect(keptAfter(59)).toEqual({ ...read, ...at(59) })
    expect(keptIssueFacts(grantId, { ...at(1), policyVersion: null })?.policyVersion).toBeNull()
    expect(keptAfter(61)).toBeNull()
  })

  test('is read each time where it stands on signatures', async () => {
    const signed = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const { read, keptAfter } = await readOf(signed.grantId)
    expect(read.votes).toHaveLength(1)
    expect(keptAfter(0)).toBeNull()
  })

  test('refuses nobody: a grant that is over meanwhile is refused as it always was', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    const exchange = () => agent.exchange({ mandate, resource: SERVERS.tickets })
    await exchange()
    await exchange()
    expect((await readOf(grantId)).keptAfter(0)).not.toBeNull()
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
