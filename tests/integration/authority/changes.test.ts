import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { exchangeRequest, makeCallers } from '@/tests/bench/exchange/callers'
import { SECRET } from '@/tests/harness/authority'
import { addIssuer, addSubject, issued, newKey } from '@/tests/harness/issuers'
import { authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { activate, TRUST_DOMAIN } from '@/tests/harness/world'

let replica: Awaited<ReturnType<typeof startReplica>>

withAuthority()
beforeAll(async () => {
  replica = await startReplica(db, authority.issuer)
})
afterAll(async () => {
  await replica.stop()
})

type Caller = Awaited<ReturnType<typeof makeCallers>>[number]

/** The same mandate and workload JWT each time, so that what can be kept of them is kept, and a fresh DPoP proof. */
async function aCaller() {
  const [caller] = await makeCallers(world, { issuer: authority.issuer, secret: SECRET, count: 1 })
  if (!caller) throw new Error('There is no caller.')
  const texts = { mandate: caller.mandate(), workload: caller.workload() }
  return { caller, texts, askBoth: () => askBoth(caller, texts) }
}

type Texts = { mandate: string; workload: string }

const askBoth = (caller: Caller, texts: Texts) => {
  const servers = [authority.issuer, replica.url]
  return Promise.all(servers.map((server) => send(server, prepare(caller, texts))))
}

/** One exchange with a proof of its own, as any client would send it to the issuer. */
function prepare(caller: Caller, texts: Texts) {
  const request = exchangeRequest(caller, `${authority.issuer}/oauth/token`, texts)
  const [head = '', body = ''] = request.split('\r\n\r\n')
  return { body, dpop: /\r\ndpop: (\S+)/.exec(head)?.[1] ?? '' }
}

/** "issued", or the reason that was given. */
async function send(server: string, { body, dpop }: ReturnType<typeof prepare>): Promise<string> {
  const headers = { dpop, 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${server}/oauth/token`, { method: 'POST', headers, body })
  return response.status === 200 ? 'issued' : String((await response.json()).reason)
}

/** Takes work of the sweeper to itself for a while: it would put right what is wrong here for a moment. */
const holdSweeper = (work: 'left over' | 'signing keys') =>
  database().$executeRaw`insert into lease (name, holder, fence, until)
    values (${work}, 'this test', 1, clock_timestamp() + interval '10 minutes')
    on conflict (name) do update set holder = excluded.holder, fence = lease.fence + 1, until = excluded.until`

const issued200 = ['issued', 'issued']
const both = (reason: string) => [reason, reason]

type Change = { what: string; reason: string; make: (caller: Caller) => Promise<() => Promise<unknown>> }

const CHANGES: readonly Change[] = [
  {
    what: 'a policy set that forbids',
    reason: 'policy_refused',
    make: async () => {
      const text = readDefaultPolicySet('policies')
      const stop = '@id("stop") @says("Stopped.") forbid (principal, action, resource);'
      await activate({ ...text, policies: [...text.policies, { name: '99-stop.cedar', text: stop }] })
      return () => activate(text)
    },
  },
  {
    what: 'a grant that is taken back',
    reason: 'grant_revoked',
    make: async ({ grantId }) => {
      const set = (state: string) => database().grant.update({ where: { id: grantId }, data: { state } })
      await set('revoked')
      return () => set('live')
    },
  },
  {
    what: 'an agent that is suspended',
    reason: 'actor_suspended',
    make: async () => {
      const set = (suspended: Date | null) =>
        database().agent.update({
          where: { id: world.agents.triage },
          data: { suspended, rev: { increment: 1 } },
        })
      await set(new Date())
      return () => set(null)
    },
  },
  {
    what: 'an agent that has another workload',
    reason: 'actor_unknown',
    make: async () => {
      const where = { agentId: world.agents.triage }
      await database().agentIdentity.updateMany({ where, data: { workload: 'agent/moved' } })
      return () => database().agentIdentity.updateMany({ where, data: { workload: 'agent/triage' } })
    },
  },
  {
    what: 'a person who is disabled',
    reason: 'person_suspended',
    make: async () => {
      // It would end the grants of whoever is disabled.
      await holdSweeper('left over')
      const set = (disabled: Date | null) =>
        database().person.update({ where: { id: world.people.requester }, data: { disabled } })
      await set(new Date())
      return () => set(null)
    },
  },
  {
    what: 'a trust domain whose key was taken out',
    reason: 'actor_untrusted',
    make: async () => {
      const where = { name: TRUST_DOMAIN }
      await database().trustDomain.update({
        where,
        data: { bundle: { keys: [] }, version: { increment: 1 } },
      })
      const bundle = { keys: [world.domainKey.publicJwk] }
      return () => database().trustDomain.update({ where, data: { bundle, version: { increment: 1 } } })
    },
  },
  {
    what: 'a key of ours that is no longer published',
    reason: 'mandate_untrusted',
    make: async () => {
      // It would make another next key.
      await holdSweeper('signing keys')
      const keys = await database().signingKey.findMany()
      const [active, next] = ['active', 'next'].map((state) => keys.find((key) => key.state === state))
      if (!active || !next) throw new Error('There are no keys.')
      await database().signingKey.delete({ where: { kid: active.kid } })
      await database().signingKey.update({ where: { kid: next.kid }, data: { state: 'active' } })
      return async () => {
        await database().signingKey.update({ where: { kid: next.kid }, data: { state: 'next' } })
        await database().signingKey.create({ data: { ...active, publicJwk: active.publicJwk as object } })
      }
    },
  },
]

describe('the next request, on both replicas, sees', { timeout: 180_000 }, () => {
  test.each(CHANGES)('$what', async ({ reason, make }) => {
    const { caller, askBoth } = await aCaller()
    expect(await askBoth()).toEqual(issued200)
    expect(await askBoth()).toEqual(issued200)
    const undo = await make(caller)
    expect(await askBoth()).toEqual(both(reason))
    await undo()
    expect(await askBoth()).toEqual(issued200)
  })
})

test('the next request, on both replicas, sees an issuer’s other keys, a condition, and a subject taken away', {
  timeout: 180_000,
}, async () => {
  const { caller, texts } = await aCaller()
  const [key, other] = [await newKey(), await newKey()]
  const issuer = 'https://ci.example'
  const issuerId = await addIssuer(world, { issuer, kind: 'oidc', key })
  const { id } = await addSubject(world, { issuerId, subject: 'runner', environment: 'staging' })
  const workload = await issued(key, { iss: issuer, aud: authority.issuer, sub: 'runner' })
  const ask = () => askBoth(caller, { ...texts, workload })
  const setKeys = ({ publicJwk }: typeof key) =>
    database().oidcIssuer.update({
      where: { id: issuerId },
      data: { jwks: { keys: [publicJwk] }, rev: { increment: 1 } },
    })
  const setConditions = (conditions: object[]) =>
    database().agentSubject.update({ where: { id }, data: { conditions } })
  expect(await ask()).toEqual(issued200)
  await setKeys(other)
  expect(await ask()).toEqual(both('actor_untrusted'))
  await setKeys(key)
  expect(await ask()).toEqual(issued200)
  await setConditions([{ claim: 'ref', is: 'exact', value: 'main' }])
  expect(await ask()).toEqual(both('actor_unknown'))
  await setConditions([])
  expect(await ask()).toEqual(issued200)
  await database().agentSubject.delete({ where: { id } })
  expect(await ask()).toEqual(both('actor_unknown'))
})

test('A20: one proof sent to both replicas at once is taken once', async () => {
  const { caller, texts } = await aCaller()
  for (let round = 0; round < 20; round += 1) {
    const request = prepare(caller, texts)
    const servers = [authority.issuer, replica.url, authority.issuer]
    const said = await Promise.all(servers.map((server) => send(server, request)))
    expect(said.sort()).toEqual(['dpop_replayed', 'dpop_replayed', 'issued'])
  }
})
