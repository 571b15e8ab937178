import { afterEach, describe, expect, test, vi } from 'vitest'
import { findAuthorityRows, lastAuthorityRows } from '@/lib/data/authority-callers'
import { pool } from '@/lib/data/database'
import { BUNDLE_KEPT_SECONDS } from '@/lib/domain/trust-bundle'
import { newClientSecret } from '@/lib/identity/client-secret'
import { appOf, ask, textOf } from '@/tests/harness/calls'
import { aboutGrant } from '@/tests/harness/evaluations'
import { make, withCalls, world } from '@/tests/harness/open-calls'
import { senders } from '@/tests/harness/sent'
import { textsOf } from '@/tests/harness/texts-of'
import { grantTask, SERVERS, TRUST_DOMAIN } from '@/tests/harness/world'

withCalls()
afterEach(() => vi.restoreAllMocks())

// Whole: a sum of fractions is not the sum.
const stopped = Math.ceil(performance.now())
/** From here on no time passes in this process but what is said. */
const at = (passed: number) => vi.spyOn(performance, 'now').mockReturnValue(stopped + passed)

/** Exchanges again and again under one grant, with its workload JWT and mandate of before. */
async function agentOf(app: ReturnType<typeof appOf>) {
  const sent = senders({ world, make, grant: await grantTask(world) })
  const [mandate, svid] = [textOf(sent.mandate()), textOf(make.svid())]
  const exchange = () => ask(app, sent.asExchange({ mandate, svid, proof: textOf(make.proof()) }))
  expect((await exchange()).status).toBe(200)
  return exchange
}

/** A resource server with a secret that asks about one grant, and whose registration can be changed. */
async function serverOf(app: ReturnType<typeof appOf>) {
  const { grantId } = await grantTask(world)
  const set = (to: string) =>
    pool().query(`update resource_server set ${to} where identifier = $1`, [SERVERS.tickets])
  const { secret, secretHash } = newClientSecret()
  await set(`client_jwk = null, secret_hash = '${secretHash}', secret_made = now()`)
  const evaluateBy = (by: string) =>
    ask(app, {
      path: '/access/v1/evaluation',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(SERVERS.tickets)}:${by}`).toString('base64')}`,
      },
      body: JSON.stringify(aboutGrant(grantId)),
    })
  const evaluate = async () => evaluateBy(secret)
  expect((await evaluate()).json).toMatchObject({ decision: true })
  return { evaluate, evaluateBy, set }
}

const setBundle = (of: string) =>
  pool().query(`update trust_domain set bundle = (${of}) where name = $1`, [TRUST_DOMAIN])

describe('what another call read a moment ago', () => {
  test('serves an exchange of the next 250 ms, and none after', async () => {
    at(0)
    const exchange = await agentOf(appOf())
    at(249)
    const soon = await textsOf(exchange)
    expect(soon).toEqual([expect.stringContaining('append_unmoved')])
    at(250)
    const late = await textsOf(exchange)
    expect(late).toEqual([expect.stringContaining('grounds_rev'), expect.stringContaining('append_unmoved')])
  })

  test('serves a question of a resource server of the next 250 ms, and none after', async () => {
    at(0)
    const app = appOf()
    const { evaluate } = await serverOf(app)
    at(249)
    const soon = await textsOf(evaluate)
    expect(soon).toEqual([expect.stringContaining('append_unmoved')])
    at(250)
    const late = await textsOf(evaluate)
    expect(late).toEqual([expect.stringContaining('grounds_rev'), expect.stringContaining('append_unmoved')])
  })

  test('answers no server that is not believed any more', async () => {
    at(0)
    const { evaluate, set } = await serverOf(appOf())
    await set(`secret_hash = '${newClientSecret().secretHash}'`)
    expect((await evaluate()).status).toBe(401)
  })

  test('takes no secret whose time is over, however long ago that was read', async () => {
    at(0)
    const { evaluate, evaluateBy, set } = await serverOf(appOf())
    const old = newClientSecret()
    await set(`old_secret_hash = '${old.secretHash}', old_secret_ends = clock_timestamp() + interval '2 s'`)
    expect((await evaluateBy(old.secret)).status).toBe(200)
    await evaluate()
    await new Promise((over) => setTimeout(over, 2050))
    expect((await evaluateBy(old.secret)).status).toBe(401)
  })

  test('lets nobody through who is believed no more, and refuses nobody who is believed again', async () => {
    at(0)
    const exchange = await agentOf(appOf())
    const { rows } = await pool().query('select bundle from trust_domain where name = $1', [TRUST_DOMAIN])
    await setBundle(`'{"keys": []}'::jsonb`)
    expect((await exchange()).status).toBe(400)
    await setBundle(`'${JSON.stringify(rows[0].bundle)}'::jsonb`)
    expect((await exchange()).status).toBe(200)
  })

  test('is what it was, at a later moment of the database’s clock that is never ahead of it', async () => {
    at(0)
    const read = await findAuthorityRows()
    at(100.9)
    expect(lastAuthorityRows()).toEqual({ ...read, now: new Date(read.now.getTime() + 100) })
  })

  test('is nothing once the time of somebody who is believed for a time is over', async () => {
    const left = 0.2
    const moved = `refreshed = clock_timestamp() - make_interval(secs => ${BUNDLE_KEPT_SECONDS - left})`
    await pool().query(`update trust_domain set bundle_url = 'https://bundle.example', ${moved}`)
    at(0)
    await findAuthorityRows()
    expect(lastAuthorityRows()).not.toBeNull()
    at(left * 1000)
    expect(lastAuthorityRows()).toBeNull()
    await pool().query('update trust_domain set bundle_url = null, refreshed = null')
  })
})
