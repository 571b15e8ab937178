import { describe, expect, test, vi } from 'vitest'
import { authorityApp as firstCopy } from '@/lib/authority/app'
import { countRates } from '@/lib/authority/rates'
import { database } from '@/lib/data/database'
import { appOf, ask, textOf } from '@/tests/harness/calls'
import { make, withCalls, world } from '@/tests/harness/open-calls'
import { senders } from '@/tests/harness/sent'
import { textsOf } from '@/tests/harness/texts-of'
import { grantTask } from '@/tests/harness/world'

withCalls()

/** An agent that has exchanged before: its grant, its workload JWT and the key of both are known to these authorities. */
async function known(...apps: ReturnType<typeof appOf>[]) {
  const grant = await grantTask(world)
  const sent = senders({ world, make, grant })
  const [mandate, svid] = [textOf(sent.mandate()), textOf(make.svid())]
  const exchange = (proof: string) => sent.asExchange({ mandate, svid, proof })
  for (const app of apps) expect((await ask(app, exchange(textOf(make.proof())))).status).toBe(200)
  const issued = () => database().credential.count({ where: { grantId: grant.grantId } })
  return { ...grant, exchange, issued }
}

const fresh = () => textOf(make.proof())

describe('the proof of a call whose grant was read lately', () => {
  test('is spent in the transaction that issues, and nothing of it is looked up in between', async () => {
    const app = appOf()
    const { exchange } = await known(app)
    const texts = await textsOf(() => ask(app, exchange(fresh())))
    // Before it at most the version of the grounds, when nobody read that a moment ago.
    expect(texts.at(-1)).toContain('append_unmoved')
    expect(texts.slice(0, -1).filter((text) => !text.includes('grounds_rev'))).toEqual([])
  })

  test('serves once', async () => {
    const app = appOf()
    const { exchange, issued } = await known(app)
    const proof = fresh()
    expect((await ask(app, exchange(proof))).status).toBe(200)
    expect((await ask(app, exchange(proof))).json.reason).toBe('dpop_replayed')
    expect(await issued()).toBe(2)
  })

  test('serves once among many at the same moment, and takes nobody along', async () => {
    const app = appOf()
    const { exchange, issued } = await known(app)
    const proof = fresh()
    const others = Array.from({ length: 12 }, fresh)
    const answers = await Promise.all(
      others.flatMap((other) => [other, proof]).map((one) => ask(app, exchange(one))),
    )
    const [own, same] = [0, 1].map((rest) => answers.filter((_, at) => at % 2 === rest))
    expect(own?.map(({ status }) => status)).toEqual(others.map(() => 200))
    expect(same?.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(same?.filter(({ json }) => json.reason === 'dpop_replayed')).toHaveLength(11)
    expect(await issued()).toBe(1 + 13)
  })

  test('serves one of two authorities', async () => {
    const app = appOf()
    vi.resetModules()
    const { authorityApp } = await import('@/lib/authority/app')
    expect(authorityApp).not.toBe(firstCopy)
    const other = appOf(authorityApp)
    const { exchange, issued } = await known(app, other)
    let taken = 0
    for (let round = 0; round < 20; round += 1) {
      const proof = fresh()
      const both = await Promise.all([ask(app, exchange(proof)), ask(other, exchange(proof))])
      const all = both.map(({ status }) => status)
      const yes = all.filter((status) => status === 200).length
      // A database that is too busy to answer is a 503: never a second yes.
      if (!all.includes(503)) expect(all.sort()).toEqual([200, 400])
      expect(yes).toBeLessThanOrEqual(1)
      taken += yes
    }
    expect(taken).toBeGreaterThan(0)
    expect(await issued()).toBe(2 + taken)
  })

  test('is spent where something has changed meanwhile', async () => {
    const app = appOf()
    const { exchange, grantId, issued } = await known(app)
    const proof = fresh()
    await database().grant.update({ where: { id: grantId }, data: { state: 'revoked' } })
    expect((await ask(app, exchange(proof))).json.reason).toBe('grant_revoked')
    await database().grant.update({ where: { id: grantId }, data: { state: 'live' } })
    expect((await ask(app, exchange(proof))).json.reason).toBe('dpop_replayed')
    expect((await ask(app, exchange(fresh()))).status).toBe(200)
    expect(await issued()).toBe(2)
  })

  test('uses up nothing of the agent when somebody else sends it again', async () => {
    const CALLS = 6
    const app = appOf(undefined, { rates: countRates({ address: 100_000, agent: CALLS }) })
    const { exchange } = await known(app)
    const proof = fresh()
    expect((await ask(app, exchange(proof))).status).toBe(200)
    for (let again = 0; again < 2 * CALLS; again += 1)
      expect((await ask(app, exchange(proof))).json.reason).toBe('dpop_replayed')
    for (let left = 2; left < CALLS; left += 1) expect((await ask(app, exchange(fresh()))).status).toBe(200)
    expect((await ask(app, exchange(fresh()))).status).toBe(429)
  })
})

test('an identity that was taken away is none, however lately it was known', async () => {
  const app = appOf()
  const { exchange } = await known(app)
  const identities = await database().agentIdentity.findMany({ where: { agentId: world.agents.triage } })
  await database().agentIdentity.deleteMany({ where: { agentId: world.agents.triage } })
  expect((await ask(app, exchange(fresh()))).json.reason).toBe('actor_unknown')
  await database().agentIdentity.createMany({ data: identities })
  expect((await ask(app, exchange(fresh()))).status).toBe(200)
})
