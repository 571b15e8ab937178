import * as jose from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import { TryToken, tryToken } from '@/lib/usecases/servers/try-token'
import { introspect, refusalOf, SECRET } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { addSomebody } from '@/tests/harness/stages'
import { grantTask, SERVERS } from '@/tests/harness/world'

let administrator: Actor
let example: { header: string; claims: string }

withAuthority()
beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  process.env.COUNTERSIGN_ISSUER = authority.issuer
  const { id } = await database().tenant.findFirstOrThrow()
  administrator = await addSomebody(id as Actor['tenantId'], 'administrator', { roles: ['administrator'] })
  example = yes(await tried())
})

async function tried(more: object = {}, by = administrator) {
  const server = await database().resourceServer.findFirstOrThrow({ where: { identifier: SERVERS.tickets } })
  const form = {
    ...{ serverId: server.id, agentId: world.agents.triage, environment: 'staging', minutes: '30' },
    ...{ scopeIds: [world.scopeIds.read, world.scopeIds.comment], ...more },
  }
  return tryToken(by, actOf(by), TryToken.parse(form))
}

const encoded = (text: string) => Buffer.from(JSON.stringify(JSON.parse(text))).toString('base64url')

/** Everything somebody could make of what the page shows. */
async function forged(): Promise<string[]> {
  const { privateKey } = await jose.generateKeyPair('ES256')
  const claims = JSON.parse(example.claims)
  const [kid] = (await (await fetch(`${authority.issuer}/.well-known/jwks.json`)).json()).keys
  const signed = (header: object) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header }).sign(privateKey)
  const parts = `${encoded(example.header)}.${encoded(example.claims)}`
  const none = `${encoded('{"alg":"none","typ":"at+jwt"}')}.${encoded(example.claims)}.`
  return [
    ...[example.claims, encoded(example.claims), parts, `${parts}.`, `${parts}.AAAA`, none],
    ...[await signed({}), await signed({ kid: kid.kid }), await signed({ kid: '(the key in use)' })],
  ]
}

test('it has the members of a real token and nothing of its own to use', async () => {
  const { grantId } = await grantTask(world, { scopes: ['read', 'comment'] })
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const real = jose.decodeJwt(access_token)
  const claims = JSON.parse(example.claims)
  expect(Object.keys(claims)).toEqual(Object.keys(real))
  const same = ['client_id', 'aud', 'act', 'scope', 'authorization_details'] as const
  for (const name of same) expect(claims[name], name).toEqual(real[name])
  expect(Object.keys(JSON.parse(example.header)).sort()).toEqual(
    Object.keys(jose.decodeProtectedHeader(access_token)).sort(),
  )
  for (const name of ['jti', 'sub', 'txn', 'grant_id']) expect(claims[name], name).toMatch(/^\(.*\)$/)
  expect(claims.cnf.jkt).toMatch(/^\(/)
  expect(claims.status.status_list.idx).toMatch(/^\(/)
  expect(claims.exp - claims.iat).toBe(300)
  expect(example.claims + example.header).not.toMatch(/eyJ[\w-]+\./)
})

test('a shorter grant ends the token sooner', async () => {
  const { claims } = yes(await tried({ minutes: '2' }))
  const { iat, exp } = JSON.parse(claims)
  expect(exp - iat).toBe(120)
})

describe('whatever is made of it is refused', () => {
  test('by introspection, which says nothing else', async () => {
    for (const token of await forged())
      expect(
        await introspect(world, authority.issuer, { as: 'tickets', identifier: SERVERS.tickets, token }),
      ).toEqual({ active: false })
  })

  test('by the decision point', async () => {
    const { send } = makeAsker(world, authority.issuer, 'tickets')
    for (const token of await forged()) {
      const question = {
        subject: { type: 'token', id: token },
        action: { name: 'ticket:read' },
        resource: { type: 'resource', id: `${SERVERS.tickets}/t/4711` },
      }
      for (const type of ['token', 'access_token', 'grant']) {
        const { status, decision } = await send({ ...question, subject: { type, id: token } })
        expect(status === 200 ? decision : false, `${type} ${status}`).toBe(false)
        expect(status).toBeLessThan(500)
      }
    }
  })

  test('by the authority as a mandate, as a workload JWT and as an own token', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    for (const token of await forged()) {
      const asMandate = await refusalOf(agent.exchange({ mandate: token, resource: SERVERS.tickets }))
      expect(asMandate.status).toBe(400)
      const asProof = await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets, svid: token }))
      expect(asProof.status).toBe(400)
      if (/^[\w.~+/-]+$/.test(token)) {
        const answer = await agent.call('GET', '/grants', token).catch((fault) => fault.response ?? fault)
        expect(answer.status).toBe(401)
      }
    }
  })

  test('by a stock verifier', async () => {
    const keys = jose.createRemoteJWKSet(new URL(`${authority.issuer}/.well-known/jwks.json`))
    const options = { issuer: authority.issuer, audience: SERVERS.tickets, algorithms: ['ES256'] }
    for (const token of await forged()) await expect(jose.jwtVerify(token, keys, options)).rejects.toThrow()
  })
})

test('it is tried for what is there, by administrators, and the trail says so', async () => {
  expect(no(await tried({ environment: 'elsewhere' }))).toBe('environment_unknown')
  expect(no(await tried({ scopeIds: [world.scopeIds.secret] }))).toBe('not_found')
  const requester = await addSomebody(administrator.tenantId, 'somebody', { roles: ['requester'] })
  expect(no(await tried({}, requester))).toBe('not_allowed')
  const before = await database().credential.count()
  yes(await tried())
  expect(await database().credential.count()).toBe(before)
  const entry = await database().trailEvent.findFirstOrThrow({ orderBy: { leaf: 'desc' } })
  expect(entry).toMatchObject({ type: 'server.tried', agentId: world.agents.triage })
})
