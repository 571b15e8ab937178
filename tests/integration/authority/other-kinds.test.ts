import { beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { introspect, makeAgent, refusalOf } from '@/tests/harness/authority'
import { makeAsker } from '@/tests/harness/evaluations'
import { addIssuer, addSubject, issued, newKey } from '@/tests/harness/issuers'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, type KeyOfTests, SERVERS } from '@/tests/harness/world'

const COMPANY = 'https://login.company.example'
const ELSEWHERE = 'https://elsewhere.example'

let company: KeyOfTests

withAuthority()
beforeAll(async () => {
  company = await newKey()
  const issuerId = await addIssuer(world, { issuer: COMPANY, kind: 'oidc', key: company })
  await addSubject(world, { issuerId, subject: 'triage-runner', environment: 'staging' })
})

const issuing = async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token: token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  return { grantId, mandate, token }
}

const question = (type: string, id: string) => ({
  subject: { type, id },
  action: { name: 'ticket:read' },
  resource: { type: 'resource', id: `${SERVERS.tickets}/t/4711` },
})

test('A21: an id token of an issuer that is believed is neither access token nor mandate', async () => {
  const claims = { iss: COMPANY, sub: 'triage-runner', nonce: 'n-1', at_hash: 'x', auth_time: 1 }
  const { mandate } = await issuing()
  for (const aud of [authority.issuer, SERVERS.tickets, 'a-client']) {
    const idToken = await issued(company, { ...claims, aud })
    await expect(agent.call('GET', '/grants', idToken)).rejects.toMatchObject({ status: 401 })
    const asMandate = await refusalOf(agent.exchange({ mandate: idToken, resource: SERVERS.tickets }))
    expect(asMandate).toMatchObject({ status: 400, reason: 'mandate_malformed' })
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: idToken } as const
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    const { decision } = await makeAsker(world, authority.issuer, 'tickets').send(
      question('access_token', idToken),
    )
    expect(decision === true).toBe(false)
  }
  // As what it is, proof of a workload, it is taken.
  const proof = await issued(company, { ...claims, aud: authority.issuer })
  expect((await agent.exchange({ mandate, resource: SERVERS.tickets, svid: proof })).scope).toBe(
    'ticket:read',
  )
})

test('A21: a server of another tenant learns nothing of a token or a grant, with a key that is its own', async () => {
  const { token, grantId } = await issuing()
  const tenantId = newId('TenantId')
  await database().tenant.create({ data: { id: tenantId, slug: 'elsewhere', name: 'Elsewhere' } })
  await database().resourceServer.create({
    data: {
      ...{
        id: newId('ResourceServerId'),
        tenantId,
        name: 'Elsewhere',
        identifier: ELSEWHERE,
        type: 'ticket',
      },
      ...{ check: 'introspection', clientJwk: world.serverKeys.vault.publicJwk as object },
    },
  })
  const events = await database().trailEvent.count({ where: { grantId } })
  const asked = { as: 'vault', identifier: ELSEWHERE, token } as const
  expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
  expect(await database().trailEvent.count({ where: { grantId } })).toBe(events)
  expect(
    await refusalOf(agent.exchange({ mandate: (await issuing()).mandate, resource: ELSEWHERE })),
  ).toMatchObject({ error: 'invalid_target' })
})

test('A24: nothing that is asked for makes a token last longer, or bind to another key', async () => {
  const { mandate } = await issuing()
  const svid = await agent.svid()
  const more = { expires_in: '86400', exp: '4102444800', requested_expiry: '86400', ttl: '86400' }
  const { expires_in } = await agent.exchange({ mandate, resource: SERVERS.tickets, svid, more })
  expect(expires_in).toBe(300)
  const other = await makeAgent(world, authority.issuer)
  const stolen = await refusalOf(
    agent.exchange({
      mandate,
      resource: SERVERS.tickets,
      svid,
      dpop: other.dpop,
      more: { cnf: '{"jkt":"x"}' },
    }),
  )
  expect(stolen).toMatchObject({ status: 400, reason: 'actor_key_mismatch' })
})
