import { createPrivateKey } from 'node:crypto'
import { exportJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unseal } from '@/lib/credentials/seal'
import { subkey } from '@/lib/credentials/subkey'
import { database, pool } from '@/lib/data/database'
import { newClientSecret } from '@/lib/identity/client-secret'
import { introspect, makeAgent, refusalOf, SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { foundIn, type Planted, plantedJwt, recordSent, wholeDatabase } from '@/tests/harness/planted'
import { freePort, freePorts } from '@/tests/harness/ports.mjs'
import { type ServerProcess, startAuthority } from '@/tests/harness/server-process'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

const PASSWORD = 'planted-password-of-the-database'

let db: FreshDatabase
let world: TestWorld
let server: ServerProcess
let issuer: string
let metrics: string

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  const [port, metricsPort] = [await freePort(), await freePorts(2)]
  issuer = `http://127.0.0.1:${port}`
  metrics = `http://127.0.0.1:${metricsPort + 1}/metrics`
  server = await startAuthority(port, {
    ...db.env,
    DATABASE_URL: withPassword(db.url),
    COUNTERSIGN_SECRET: SECRET,
    METRICS_PORT: String(metricsPort),
  })
})
afterAll(() => db.dispose())

// Neither test database asks for a password, and both take one.
const withPassword = (url: string) => `${url}${url.includes('?') ? '&' : '?'}password=${PASSWORD}`

const query = async (sql: string) => (await pool().query(sql)).rows

const BREAK = `
  create function no_more() returns trigger language plpgsql as $$ begin
    raise exception 'full: %', new.entry; end $$;
  create trigger no_more before insert on trail_event for each row execute function no_more();`
const MEND = 'drop trigger no_more on trail_event; drop function no_more();'

async function ownPrivateKeys(): Promise<Planted[]> {
  const keys = await database().signingKey.findMany()
  return keys.map(({ kid, sealed }) => {
    const key = unseal(sealed, subkey(SECRET, 'seal-signing-keys'), kid)
    if (!key) throw new Error('A signing key does not open.')
    const { d = '' } = createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
    return { what: 'a signing key', text: d }
  })
}

const privateKey = async (what: string, key: CryptoKey): Promise<Planted> => ({
  what,
  text: (await exportJWK(key)).d ?? '',
})

/** A resource server with a client secret of its own asks, with what is right, what is wrong and what cannot be read. */
async function askWithSecret(token: string, refusals: unknown[]): Promise<Planted[]> {
  const { secret, secretHash } = newClientSecret()
  await pool().query(
    `update resource_server set client_jwk = null, secret_hash = $1, secret_made = now() where identifier = $2`,
    [secretHash, SERVERS.vault],
  )
  const encoded = Buffer.from(`${encodeURIComponent(SERVERS.vault)}:${secret}`).toString('base64')
  for (const authorization of [`Basic ${encoded}`, `Basic ${encoded}, ${secret}`, `Basic ${secret}`]) {
    const sent = { token: authorization.includes(',') ? token : secret, client_assertion: '' }
    const body = new URLSearchParams(sent)
    const response = await fetch(`${issuer}/oauth/introspect`, {
      method: 'POST',
      body,
      headers: { authorization },
    })
    refusals.push(await response.json())
    const asked = await fetch(`${issuer}/access/v1/evaluation?secret=${secret}`, {
      ...{ method: 'POST', headers: { authorization, 'content-type': 'application/json' } },
      body: JSON.stringify({
        subject: { type: 'grant', id: 'none' },
        action: { name: 'a' },
        resource: { type: 'b', id: 'c' },
      }),
    })
    refusals.push(await asked.json())
  }
  return [
    { what: 'a client secret', text: secret },
    { what: 'a client secret as HTTP Basic', text: encoded },
  ]
}

test('A51: a planted secret appears in no log, event, table or figure, and in no answer but its own', {
  timeout: 180_000,
}, async () => {
  expect(server.isListening).toBe(true)
  const planted: Planted[] = [
    { what: 'COUNTERSIGN_SECRET', text: SECRET },
    { what: 'the password of the database', text: PASSWORD },
  ]
  const refusals: unknown[] = []
  const sent = await recordSent(async () => {
    const agent = await makeAgent(world, issuer)
    planted.push(await privateKey('the key of the agent', agent.keys.privateKey))
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    planted.push(...plantedJwt('the mandate', mandate))
    const ask = { mandate, resource: SERVERS.tickets }
    const { access_token: token } = await agent.exchange(ask)
    planted.push(...plantedJwt('the access token', token))
    await introspect(world, issuer, { as: 'tickets', identifier: SERVERS.tickets, token })
    planted.push(...(await askWithSecret(token, refusals)))
    const stranger = await makeAgent(world, issuer, { agent: 'stranger' })
    // Every secret where another belongs, so that every check has one to complain of.
    const wrong = [
      stranger.exchange(ask),
      agent.exchange({ ...ask, mandate: token }),
      agent.exchange({ ...ask, svid: mandate }),
      agent.exchange({ ...ask, svid: token, as: 'client' }),
      ...['scope', 'authorization_details', 'resource'].map((name) =>
        agent.exchange({ ...ask, more: { [name]: mandate } }),
      ),
    ]
    refusals.push(...(await Promise.all(wrong.map(refusalOf))))
    for (const path of [`/grants/${token}/mandate`, `/${token}`, `/grants?token=${token}`])
      refusals.push(await (await agent.call('GET', path)).json())
    await pool().query(BREAK)
    refusals.push(await refusalOf(agent.exchange(ask)))
    planted.push(...(await askWithSecret(token, refusals)))
    await pool().query(MEND)
    await agent.giveBack(token)
    await agent.giveBack(mandate)
  })
  planted.push(...sent, ...(await ownPrivateKeys()))
  planted.push(await privateKey('the key of the trust domain', world.domainKey.privateKey))
  planted.push(await privateKey('the key of a resource server', world.serverKeys.tickets.privateKey))
  const figures = await (await fetch(metrics)).text()
  expect(await server.end()).toBe(0)

  const faults = server.lines().filter(({ msg }) => msg === 'fault')
  expect(faults.length).toBeGreaterThan(0)
  expect(refusals).toContainEqual(expect.objectContaining({ status: 503 }))
  expect(figures).toContain('countersign_trail_events_total{type="credential.issued"')
  expect(new Set(planted.map(({ what }) => what)).size).toBeGreaterThan(15)
  expect(planted.filter(({ text }) => text.length < 16)).toEqual([])
  for (const [place, text] of Object.entries({
    ...{ log: server.output(), figures, refusals: JSON.stringify(refusals) },
    database: await wholeDatabase(query),
  })) {
    expect({ place, found: foundIn(planted, text) }).toEqual({ place, found: [] })
  }
})

test('what an agent did has one reference in the log and in the trail', async () => {
  const [event] = await database().trailEvent.findMany({ where: { type: 'credential.issued' } })
  const { by } = JSON.parse(event?.entry ?? '{}')
  expect(server.lines()).toContainEqual(
    expect.objectContaining({ msg: 'request', route: '/oauth/token', status: 200, reference: by.reference }),
  )
})

test('what is planted would be found', async () => {
  const stored = await wholeDatabase(query)
  const [person] = await database().person.findMany({ take: 1 })
  expect(foundIn([{ what: 'a person', text: person?.id ?? '' }], stored)).toEqual(['a person'])
})
