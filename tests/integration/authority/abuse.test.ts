import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { authorityApp as firstCopy } from '@/lib/authority/app'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { WireReason } from '@/lib/domain/wire-reasons'
import { appOf, ask, type Heard, ISSUER, makers, PATHS, type Sent, textOf } from '@/tests/harness/calls'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { senders } from '@/tests/harness/sent'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'
import { FAMILIES, spoil, type Victim } from '@/tests/unit/support/spoil'

type Makers = Awaited<ReturnType<typeof makers>>

let db: FreshDatabase
let world: TestWorld
let make: Makers
let grant: { grantId: string; requestId: string }
let { mandate, asExchange, asClient, asServer, listing } = {} as ReturnType<typeof senders>
const faults: unknown[] = []
const log = { request: () => {}, fault: (_: string, fault: unknown) => faults.push(fault) }
let app: ReturnType<typeof appOf>

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  make = await makers(world)
  grant = await grantTask(world)
  ;({ mandate, asExchange, asClient, asServer, listing } = senders({ world, make, grant }))
  app = appOf(undefined, { log })
})
afterAll(() => db.dispose())

const ownToken = async () => String((await ask(app, asClient(textOf(make.svid())))).json.access_token)

/** A refusal as RFC 6749 has it, whatever was sent. */
function expectRefusal({ status, json, headers }: Heard, how: string): void {
  expect([400, 401, 413, 431], how).toContain(status)
  expect(WireReason.safeParse(json.reason).success, `${how}: ${json.reason}`).toBe(true)
  expect(String(json.error_description), how).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(headers.get('cache-control'), how).toBe('no-store')
}

const isHeader = (text: string) => /^[\x20-\x7e]*$/.test(text) && text.length < 16_000

/** Sends each spoilt text where the honest one is taken, some at once. */
async function sendSpoilt(
  victim: Victim,
  seed: number,
  sent: (text: string) => Sent | null,
): Promise<number> {
  const all = [...spoil(victim, 3 * FAMILIES.length, seed)].flatMap(({ how, text }) => {
    const one = sent(text)
    return one ? [{ how, one }] : []
  })
  for (let at = 0; at < all.length; at += 12)
    await Promise.all(
      all.slice(at, at + 12).map(async ({ how, one }) => expectRefusal(await ask(app, one), how)),
    )
  return all.length
}

describe('A22: spoilt at the real endpoints', () => {
  test('before, each is taken as it is', async () => {
    expect((await ask(app, asExchange())).status).toBe(200)
    expect((await ask(app, listing(await ownToken()))).status).toBe(200)
    expect((await ask(app, asServer(textOf(make.assertion())))).json).toEqual({ active: false })
  })

  test('mandate, workload JWT, proof, assertion and own token: none is taken, none is a fault', async () => {
    const issued = () => database().credential.count()
    const before = await issued()
    const times = { times: ['exp'] }
    const counts = [
      await sendSpoilt(
        {
          ...mandate(),
          exact: ['iss', 'aud'],
          typed: ['sub', 'may_act', 'jti', 'txn', 'grant_id'],
          ...times,
        },
        1,
        (text) => asExchange({ mandate: text }),
      ),
      await sendSpoilt({ ...make.svid(), exact: ['aud'], typed: ['sub'], ...times }, 2, (text) =>
        asExchange({ svid: text }),
      ),
      await sendSpoilt({ ...make.svid(), exact: ['aud'], typed: ['sub'], ...times }, 3, (text) =>
        asClient(text),
      ),
      await sendSpoilt(
        { ...make.assertion(), exact: ['iss', 'sub', 'aud'], typed: ['jti'], ...times },
        4,
        (text) => asServer(text),
      ),
      await sendSpoilt(
        { ...make.proof(), exact: ['htm', 'htu'], typed: ['jti'], times: ['iat'] },
        5,
        (text) => (isHeader(text) ? asExchange({ proof: text }) : null),
      ),
    ]
    const own = make.ownJwt('at+jwt', {
      ...{ iss: ISSUER, aud: ISSUER, sub: make.identity, client_id: make.identity, jti: 'one' },
      ...{ iat: make.seconds(), exp: make.seconds() + 300, cnf: { jkt: 'x'.repeat(43) } },
    })
    const bound = { ...own, exact: ['iss', 'aud', 'sub', 'client_id'], typed: ['jti', 'cnf'], ...times }
    counts.push(
      await sendSpoilt(bound, 6, (text) => (isHeader(text) && /^\S+$/.test(text) ? listing(text) : null)),
    )
    expect(counts.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(330)
    expect(await issued()).toBe(before)
    expect(faults).toEqual([])
  })
})

describe('A23: clocks and ends, at the real endpoints', () => {
  test('30 s are tolerated, 61 s are not, for each kind', async () => {
    const at = (seconds: number) => make.seconds() + seconds
    const kinds: [string, (over: object) => Sent, boolean][] = [
      ['mandate', (over) => asExchange({ mandate: textOf(mandate({ iat: at(-900), ...over })) }), true],
      ['actor', (over) => asExchange({ svid: textOf(make.svid({ iat: at(-900), ...over })) }), true],
      ['client', (over) => asClient(textOf(make.svid({ iat: at(-900), ...over }))), true],
      ['assertion', (over) => asServer(textOf(make.assertion({ iat: at(-900), ...over }))), true],
    ]
    for (const [kind, sent] of kinds) {
      expect((await ask(app, sent({ exp: at(-28) }))).status, kind).toBe(200)
      expectRefusal(await ask(app, sent({ exp: at(-61) })), kind)
      expectRefusal(await ask(app, sent({ exp: undefined })), kind)
      expectRefusal(await ask(app, sent({ exp: 4_102_444_800 })), kind)
      expectRefusal(await ask(app, sent({ iat: at(65) })), kind)
    }
    for (const [kind, sent] of kinds.slice(1)) {
      expect((await ask(app, sent({ nbf: at(28) }))).status, kind).toBe(200)
      expectRefusal(await ask(app, sent({ nbf: at(65) })), kind)
    }
    for (const iat of [-28, 28])
      expect(
        (await ask(app, asExchange({ proof: textOf(make.proof(PATHS.token, { iat: at(iat) })) }))).status,
      ).toBe(200)
    for (const iat of [-65, 65, undefined, 4_102_444_800]) {
      const proof = textOf(make.proof(PATHS.token, { iat: typeof iat === 'number' ? at(iat) : iat }))
      expectRefusal(await ask(app, asExchange({ proof })), `proof ${iat}`)
    }
  })
})

describe('A20: once, on whichever authority', () => {
  /** A second copy of the whole program: nothing in memory is shared with the first. */
  async function secondAuthority() {
    vi.resetModules()
    const { authorityApp } = await import('@/lib/authority/app')
    expect(authorityApp).not.toBe(firstCopy)
    return appOf(authorityApp, { log })
  }

  test('a proof, an assertion and a pinned workload JWT are known to the other one', async () => {
    const other = await secondAuthority()
    const proof = textOf(make.proof())
    expect((await ask(app, asExchange({ proof }))).status).toBe(200)
    expect((await ask(other, asExchange({ proof }))).json.reason).toBe('dpop_replayed')
    const assertion = textOf(make.assertion())
    expect((await ask(other, asServer(assertion))).status).toBe(200)
    expect((await ask(app, asServer(assertion))).json.reason).toBe('assertion_replayed')
    const svid = textOf(make.svid())
    expect((await ask(app, asExchange({ svid }))).status).toBe(200)
    const thief = await makers(world)
    const stolen = asExchange({ svid, proof: textOf(thief.proof()) })
    expect((await ask(other, stolen)).json.reason).toBe('actor_key_mismatch')
  })

  test('presented to both at the same moment, 40 times, one of them takes it', async () => {
    const other = await secondAuthority()
    let taken = 0
    for (let round = 0; round < 40; round += 1) {
      const proof = textOf(make.proof())
      const assertion = textOf(make.assertion())
      const [one, two, three, four] = await Promise.all([
        ask(app, asExchange({ proof })),
        ask(other, asExchange({ proof })),
        ask(app, asServer(assertion)),
        ask(other, asServer(assertion)),
      ])
      // A database that is too busy to answer is a 503: never a second yes.
      for (const pair of [[one, two] as const, [three, four] as const]) {
        const all = pair.map(({ status }) => status)
        const yes = all.filter((status) => status === 200).length
        if (!all.includes(503)) expect(yes).toBe(1)
        expect(yes).toBeLessThanOrEqual(1)
        taken += yes
      }
    }
    expect(taken).toBeGreaterThan(0)
  })
})

describe('A32: what is not yours and what is not there answer alike', () => {
  /** What an answer gives away, and how often the database was asked for it. */
  async function seen(sent: Sent) {
    const spied = vi.spyOn(pg.Client.prototype, 'query')
    try {
      const { status, text, headers } = await ask(app, sent)
      const named = [...headers].filter(([name]) => name !== 'x-request-id')
      return { status, text, named, asked: spied.mock.calls.length }
    } finally {
      spied.mockRestore()
    }
  }

  test('the token endpoint: somebody else’s grant, one that never was, one of nobody', async () => {
    const theirs = await grantTask(world, { agent: 'stranger' })
    const ways = [theirs.grantId, newId('GrantId'), 'nonsense'].map((grant_id) =>
      asExchange({ mandate: textOf(mandate({ grant_id })) }),
    )
    const answers = []
    for (const way of ways) answers.push(await seen(way))
    expect(answers[0]).toMatchObject({ status: 400 })
    for (const other of answers.slice(1)) {
      expect(other.text).toBe(answers[0]?.text)
      expect(other.named).toEqual(answers[0]?.named)
    }
  })

  test('introspection: another server’s token, an unknown one, a revoked one and nonsense', async () => {
    const issued = await ask(app, asExchange())
    const token = String(issued.json.access_token)
    const { seconds } = make
    const unknown = make.ownJwt('at+jwt', {
      ...{ iss: ISSUER, aud: SERVERS.tickets, sub: world.people.requester, client_id: make.identity },
      ...{ iat: seconds(), exp: seconds() + 300, jti: newId('CredentialId'), scope: 'ticket:read' },
      ...{
        authorization_details: [
          { type: 'ticket', actions: ['ticket:read'], locations: ['https://t.example'] },
        ],
      },
      ...{ act: { sub: make.identity, sub_profile: 'ai_agent' }, cnf: { jkt: 'x'.repeat(43) } },
      ...{ txn: grant.requestId, grant_id: grant.grantId },
    })
    await database().credential.updateMany({ data: { revoked: new Date() } })
    const answers = []
    for (const one of [token, textOf(unknown), 'nonsense', textOf(mandate())])
      answers.push(await seen(asServer(textOf(make.assertion()), one)))
    for (const { status, text, named } of answers) {
      expect([status, text]).toEqual([200, '{"active":false}'])
      expect(named).toEqual(answers[0]?.named)
    }
  })

  test('a grant’s mandate and its end: somebody else’s, none and nonsense cost the same', async () => {
    const theirs = await grantTask(world, { agent: 'stranger' })
    const token = await ownToken()
    for (const [method, end] of [
      ['GET', 'mandate'],
      ['POST', 'complete'],
    ] as const) {
      const of = (id: string): Sent => {
        const path = `/grants/${id}/${end}`
        const dpop = textOf(make.proof(path, {}, token, method))
        return { method, path, headers: { authorization: `DPoP ${token}`, dpop } }
      }
      const [first, second] = [await seen(of(theirs.grantId)), await seen(of(newId('GrantId')))]
      expect(first.status).toBe(404)
      expect(second).toEqual(first)
    }
  })
})
