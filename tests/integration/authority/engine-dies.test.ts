import { createRequire } from 'node:module'
import { afterEach, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { askEngine } from '@/lib/policy/engine'
import { inputOf } from '@/lib/policy/input'
import { loadPolicySet } from '@/lib/policy/load'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { refusalOf } from '@/tests/harness/authority'
import { makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'
import { question } from '@/tests/unit/policy/world'

withAuthority()
afterEach(() => vi.restoreAllMocks())

const nested = (depth: number) => `${'('.repeat(depth)}true${')'.repeat(depth)}`

/** What no cap lets through: the deciding instance traps on it, and every later call of that instance would fail. */
async function trapTheEngine(): Promise<void> {
  const { schema } = await policyInForce()
  const text = '@id("x") @says("X.") permit (principal, action, resource);'
  const set = loadPolicySet({ schema, policies: [{ name: 'x.cedar', text }] })
  const [[id, entry] = []] = set.entries
  if (!id || !entry) throw new Error('There is no policy.')
  const cedar = text.replace(';', ` when { ${nested(2000)} };`)
  const bomb = {
    ...set,
    version: `${set.version}x` as typeof set.version,
    entries: new Map([[id, { ...entry, cedar }]]),
  }
  const { errors } = askEngine(bomb, inputOf(question('ticket:read'), ['read'], true), 'as-built')
  expect(errors.join()).toContain('The policy engine failed')
}

/** No new instance starts: whatever is loaded fails at its first call. */
function keepItDead(): void {
  const real = process.getBuiltinModule.bind(process)
  const dead = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error('unreachable executed')
      },
    },
  )
  const load = Object.assign(() => dead, { resolve: createRequire(import.meta.url).resolve, cache: {} })
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
    name === 'node:module' ? { createRequire: () => load } : real(name as 'node:fs')) as never)
}

// A length that no decision was made for yet: none is remembered.
let seconds = 1200
async function freshMandate() {
  seconds += 1
  const { grantId } = await grantTask(world, { seconds })
  return { grantId, mandate: await agent.mandateOf(grantId) }
}

test('F7: while the policy engine is dead nothing is issued or allowed, and it is back at the next call', async () => {
  const { mandate, grantId } = await freshMandate()
  await trapTheEngine()
  keepItDead()
  const before = await database().credential.count()
  const said = await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))
  expect(said).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
  const { send } = makeAsker(world, authority.issuer, 'tickets')
  const asked = await send({
    subject: { type: 'grant', id: grantId },
    action: { name: 'ticket:read' },
    resource: { type: 'resource', id: `${SERVERS.tickets}/t/4711` },
  })
  expect(asked.decision === true).toBe(false)
  expect(await database().credential.count()).toBe(before)

  vi.restoreAllMocks()
  expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).scope).toBe('ticket:read')
})

test('F7: it is back within a second', async () => {
  // At best: a busy machine makes one slow, a pause of its own all of them.
  let least = Number.POSITIVE_INFINITY
  for (let tried = 0; tried < 5 && least > 1000; tried += 1) {
    const { mandate } = await freshMandate()
    await trapTheEngine()
    keepItDead()
    expect(await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))).toMatchObject({
      status: 503,
    })
    vi.restoreAllMocks()
    const back = performance.now()
    expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).scope).toBe('ticket:read')
    least = Math.min(least, performance.now() - back)
  }
  expect(least).toBeLessThan(1000)
})

test('F7: an engine that trapped is replaced before the next call, which hears nothing of it', async () => {
  const { mandate } = await freshMandate()
  await trapTheEngine()
  expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).scope).toBe('ticket:read')
})
