import { expect, test } from 'vitest'
import { loadSigningKey } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import { makeAgent, refusalOf, SECRET } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

/** A mandate of a task whose time ran out five minutes ago, as it was signed then. */
async function ranOut(changes: { aud?: string; grant_id?: string } = {}) {
  const { grantId, requestId } = await grantTask(world)
  const expires = new Date(Date.now() - 300_000)
  const opened = new Date(expires.getTime() - 600_000)
  await database().grant.update({ where: { id: grantId }, data: { opened, expires } })
  const [iat, exp] = [opened, expires].map((time) => Math.floor(time.getTime() / 1000))
  const mandate = signMandate(
    {
      ...{ iss: authority.issuer, aud: authority.issuer, sub: world.people.requester },
      ...{ may_act: { sub: agent.client.client_id }, jti: newId('MandateId'), iat: iat ?? 0, exp: exp ?? 0 },
      ...{ txn: requestId, grant_id: grantId, ...changes },
    },
    loadSigningKey(await findActiveSigningKey(), SECRET),
  )
  return { grantId, mandate }
}

const onTickets = (mandate: string, by = agent) =>
  refusalOf(by.exchange({ mandate, resource: SERVERS.tickets }))
const refusedOf = (grantId: string) =>
  database().trailEvent.findMany({ where: { grantId, type: 'credential.refused' } })

test('of a mandate that only ran out the grant says why, and the refusal is written down', async () => {
  const ended = [
    ['grant_expired', {}],
    ['grant_revoked', { state: 'revoked', ended: new Date() }],
    ['grant_completed', { state: 'completed', ended: new Date() }],
  ] as const
  for (const [reason, data] of ended) {
    const { grantId, mandate } = await ranOut()
    await database().grant.update({ where: { id: grantId }, data })
    expect(await onTickets(mandate)).toMatchObject({ status: 400, error: 'invalid_request', reason })
    const [event, ...more] = await refusedOf(grantId)
    expect([more.length, event?.agentId]).toEqual([0, world.agents.triage])
    expect(JSON.parse(event?.entry ?? '').data.reason).toBe(reason)
  }
})

test('another agent is told no more of it than of one that is valid', async () => {
  const stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
  const { mandate } = await ranOut()
  expect((await onTickets(mandate, stranger)).reason).toBe('actor_mismatch')
  expect((await onTickets((await ranOut({ grant_id: 'G-0000' })).mandate)).reason).toBe('actor_mismatch')
  const [head, claims] = mandate.split('.')
  expect((await onTickets(`${head}.${claims}.${'A'.repeat(86)}`)).reason).toBe('mandate_untrusted')
})
