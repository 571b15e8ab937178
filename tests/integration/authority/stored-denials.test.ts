import { beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { findDecision } from '@/lib/data/decisions'
import { DecisionId } from '@/lib/domain/ids'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { aboutGrant, type Heard, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { activate, grantTask, SERVERS } from '@/tests/harness/world'

let tickets: ReturnType<typeof makeAsker>

withAuthority()
beforeAll(async () => {
  tickets = makeAsker(world, authority.issuer, 'tickets')
})

/** The stored decision an answer names, and the entry of the trail that links it. */
async function storedOf({ decision, context }: Heard) {
  expect(decision).toBe(false)
  const id = DecisionId.parse(context.decision_id)
  const event = await database().trailEvent.findFirstOrThrow({ where: { decisionIds: { has: id } } })
  expect(event).toMatchObject({ type: 'decision.asked', outcome: 'refused' })
  const stored = await findDecision(id)
  expect(stored).toMatchObject({ asked: 'online', reason: context.reason })
  return stored
}

test('a denial made before policy is asked is a stored decision with its reason and its question', async () => {
  const { grantId, requestId } = await grantTask(world, { scopes: ['read'] })
  const beyond = { ...aboutGrant(grantId, 'ticket:delete'), context: { channel: 'chat' } }
  expect(await storedOf(await tickets.send(beyond))).toMatchObject({
    ...{ verdict: 'refused', reason: 'scope_not_granted', grantId, requestId, action: 'ticket:delete' },
    says: [expect.stringMatching(/scope/)],
  })
  await database().grant.update({ where: { id: grantId }, data: { state: 'revoked' } })
  const over = await storedOf(await tickets.send({ ...aboutGrant(grantId), context: { channel: 'chat' } }))
  expect(over).toMatchObject({ reason: 'grant_revoked', grantId, requestId, policyIds: [] })
  expect(JSON.parse(over?.input ?? '')).toEqual({ ...aboutGrant(grantId), context: { channel: 'chat' } })
  const unknown = await storedOf(await tickets.send(aboutGrant('G-0000')))
  expect(unknown).toMatchObject({ reason: 'grant_unknown', grantId: null, tenantId: world.tenantId })
  const { evaluations = [] } = await tickets.sendAll({
    evaluations: [aboutGrant('G-0000'), aboutGrant(grantId)],
  })
  expect(new Set(evaluations.map(({ context }) => context.decision_id)).size).toBe(2)
})

test('so is that of a token, which is never kept', async () => {
  const { grantId } = await grantTask(world, { scopes: ['read'] })
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets, more: {} })
  const about = (id: string) => ({ ...aboutGrant(''), subject: { type: 'Access_Token', id } })
  const forged = await storedOf(await tickets.send(about(`${access_token.slice(0, -8)}AAAAAAAA`)))
  expect([forged?.reason, forged?.input.includes('eyJ')]).toEqual(['token_untrusted', false])
  await agent.giveBack(access_token)
  // Policy said yes; the answer was no all the same.
  expect(await storedOf(await tickets.send(about(access_token)))).toMatchObject({
    ...{ reason: 'token_revoked', verdict: 'allowed', grantId },
  })
})

test('so is that of a question the schema does not know or that does not fit it, in its own words', async () => {
  const schema =
    'entity User { level: Long }; entity Record; action view appliesTo { principal: User, resource: Record };'
  const text = '@id("all") @says("All.") permit (principal, action, resource) when { principal.level > 1 };'
  await activate({ schema, policies: [{ name: 'a.cedar', text }] })
  const ask = (properties: object, action = 'view') =>
    tickets.send({
      subject: { type: 'user', id: 'alice', properties },
      ...{ action: { name: action }, resource: { type: 'record', id: '17', properties: { colour: 'red' } } },
      context: { locale: 'de' },
    })
  expect((await ask({ level: 2, name: 'Alice' })).decision).toBe(true)
  expect(await storedOf(await ask({ level: 2 }, 'fly'))).toMatchObject({
    reason: 'question_unknown',
    action: 'fly',
  })
  const unfit = await ask({ level: 'high' })
  expect(unfit.context).toMatchObject({ reason: 'question_unfit', says: [expect.stringMatching(/level/)] })
  expect(await storedOf(unfit)).toMatchObject({ errors: [expect.stringMatching(/level/)] })
  await activate(readDefaultPolicySet('policies'))
})
