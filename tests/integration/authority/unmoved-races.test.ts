import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { askCredential } from '@/lib/data/asked-credentials'
import { findAuthorityRows } from '@/lib/data/authority-callers'
import { commit, type Tx } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { overDomain } from '@/lib/data/write-trust'
import { done } from '@/lib/domain/result'
import { newClientSecret } from '@/lib/identity/client-secret'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { evaluateAccess } from '@/lib/usecases/decisions/evaluate-access'
import type { Call } from '@/lib/usecases/facts/authority'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { yes } from '@/tests/harness/demo'
import { justBefore } from '@/tests/harness/just-before'
import { buildWorld, keyPair, setup, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'
import { askFor, CHANGES, changing, ISSUER, type Lot, lateIssues, lotsOf, tokenOf } from './race-world'

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 16)
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 1500, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  await ensureSigningKeys(SECRET, setup)
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => db.dispose())

const WRITE = 'append_unmoved'

async function newLot(): Promise<Lot> {
  const [lot] = await lotsOf(world, 1)
  if (!lot) throw new Error('There is no lot.')
  return lot
}

/** A grant that was issued under a moment ago, so that nothing of it is read again. */
async function knownLot(): Promise<Lot> {
  const lot = await newLot()
  expect(await askFor(lot)).toBe(true)
  return lot
}

/** One committed act with an event of this lot. */
const changed = async (lot: Lot, change: (tx: Tx) => Promise<unknown>) =>
  yes(
    await commit(
      setup,
      done(null, { type: 'trust.changed', outcome: 'done', grantId: lot.grant }),
      async (tx) => void (await change(tx)),
    ),
  )

const identifierOf = ({ server }: Lot) => `https://${server.toLowerCase()}`

/** The resource server of a lot, which asks whether a token may: it has asked before, so nothing of it is read again. */
async function evaluatorOf(lot: Lot, token: string): Promise<() => Promise<boolean>> {
  const context = { issuer: ISSUER, secret: SECRET }
  const call: Call = {
    ...{ context, method: 'POST', path: '/access/v1/evaluation', dpop: [] },
    ...{ authorization: null, address: null, reference: null },
  }
  const { secretHash } = newClientSecret()
  await pool().query('update resource_server set secret_hash = $1 where id = $2', [secretHash, lot.server])
  const body = {
    ...{ subject: { type: 'access_token', id: token }, action: { name: 'secret:read' } },
    resource: { type: 'resource', id: `${identifierOf(lot)}/s` },
  }
  const proof = { by: 'secret', clientId: identifierOf(lot), secretHash } as const
  const ask = async () => {
    const answer = await evaluateAccess(call, { proof, body })
    return answer.ok && answer.value.decision
  }
  expect(await ask()).toBe(true)
  return ask
}

const issuedUnder = async (grant: string): Promise<number> => {
  const { rows } = await pool().query('select count(*)::int as n from credential where grant_id = $1', [
    grant,
  ])
  return rows[0].n
}

describe('A18, on what is known already: nothing is issued after', () => {
  test.each(Object.keys(CHANGES))('%s, at the last moment', async (name) => {
    const lot = await knownLot()
    const wasAsked = vi.fn(() => changing(name)(lot))
    justBefore(WRITE, wasAsked)
    expect(await askFor(lot)).toBe(false)
    expect(wasAsked).toHaveBeenCalledOnce()
    expect([await issuedUnder(lot.grant), await lateIssues()]).toEqual([1, []])
  })

  test.each(Object.keys(CHANGES))(`%s, at any moment, ${ROUNDS} rounds`, async (name) => {
    let issued = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const lot = await knownLot()
      const asks = Array.from({ length: 4 }, async (_, at) => {
        for (let turn = 0; turn < at; turn += 1) await pool().query('select 1')
        return askFor(lot).catch(() => false)
      })
      const change = async () => {
        for (let turn = 0; turn < round % 8; turn += 1) await pool().query('select 1')
        return changing(name)(lot)
      }
      const [all] = await Promise.all([Promise.all(asks), change()])
      issued += all.filter(Boolean).length
    }
    expect(await lateIssues()).toEqual([])
    expect(issued).toBeGreaterThan(0)
    expect(issued).toBeLessThan(4 * ROUNDS)
  })
})

describe('who is believed', () => {
  /** Other keys for the trust domain, as whoever replaces its bundle writes it. */
  async function otherBundle(lot: Lot) {
    const { rows } = await pool().query('select bundle from trust_domain where name = $1', [TRUST_DOMAIN])
    const { publicJwk } = await keyPair('jwt-svid')
    const bundle = { ...rows[0].bundle, keys: [publicJwk] }
    const put = (data: object) =>
      changed(lot, (tx) =>
        overDomain(tx, TRUST_DOMAIN, () =>
          tx.trustDomain.updateMany({ where: { name: TRUST_DOMAIN }, data: { bundle: data } }),
        ),
      )
    return { replace: () => put(bundle), restore: () => put(rows[0].bundle) }
  }

  const endKey = (lot: Lot) =>
    changed(lot, async (tx) => {
      await tx.signingKey.updateMany({
        where: { state: 'active' },
        data: { state: 'ended', ended: new Date() },
      })
      await tx.signingKey.updateMany({ where: { state: 'next' }, data: { state: 'active' } })
    })

  // As after a new start: other keys than the ones that were ended.
  afterEach(async () => {
    await pool().query('delete from signing_key')
    await ensureSigningKeys(SECRET, setup)
  })

  // Where it is written, and where what a grant is was not read yet.
  test.each([
    ['on what is known', 'append_unmoved', knownLot],
    ['on what is read', 'select g.id, clock_timestamp() as now', newLot],
  ])('is looked at again %s: a bundle is replaced', async (_, words, lotOf) => {
    const lot = await lotOf()
    const { replace, restore } = await otherBundle(lot)
    const wasAsked = vi.fn(replace)
    justBefore(words, wasAsked)
    try {
      expect(await askFor(lot)).toBe(false)
      expect([wasAsked.mock.calls.length, await lateIssues()]).toEqual([1, []])
    } finally {
      await restore()
    }
  })

  test('is looked at again: our own key is ended, and what it has signed is nothing any more', async () => {
    const [lot, other] = [await knownLot(), await knownLot()]
    const ask = await evaluatorOf(other, (await tokenOf(other)) ?? '')
    expect(await askFor(lot)).toBe(true)
    const wasAsked = vi.fn(() => endKey(lot))
    justBefore(WRITE, wasAsked)
    expect(await askFor(lot)).toBe(false)
    expect([wasAsked.mock.calls.length, await lateIssues()]).toEqual([1, []])
    expect(await ask()).toBe(false)
  })

  test('is looked at again where what a grant is was not read yet: our own key is ended', async () => {
    const lot = await newLot()
    const wasAsked = vi.fn(() => endKey(lot))
    justBefore('select g.id, clock_timestamp() as now', wasAsked)
    expect(await askFor(lot)).toBe(false)
    expect([wasAsked.mock.calls.length, await lateIssues()]).toEqual([1, []])
  })

  test('is looked at again by an answer to a resource server', async () => {
    const lot = await knownLot()
    const ask = await evaluatorOf(lot, (await tokenOf(lot)) ?? '')
    const wasAsked = vi.fn(() => endKey(lot))
    justBefore(WRITE, wasAsked)
    expect(await ask()).toBe(false)
    expect(wasAsked).toHaveBeenCalledOnce()
  })
})

test('a first question about a token is answered as it is when its trace is written', async () => {
  const lot = await knownLot()
  const { rows } = await pool().query('select id from credential where grant_id = $1', [lot.grant])
  const [{ id }] = rows
  const ask = async () =>
    askCredential(
      {
        ...{ act: { via: 'authority' }, id, assertion: null },
        server: { id: lot.server, identifier: identifierOf(lot) },
      },
      await findAuthorityRows(),
    )
  const takeBack = () =>
    changed(lot, (tx) => tx.credential.updateMany({ where: { id }, data: { revoked: new Date() } }))
  justBefore(WRITE, takeBack)
  expect(await ask()).toBe('moved')
  expect(await ask()).toBe('inactive')
  const said = await pool().query(
    `select entry::json -> 'data' ->> 'active' as active from trail_event where credential_id = $1 and type = 'credential.asked'`,
    [id],
  )
  expect(said.rows).toEqual([{ active: 'false' }])
})

test('what changes beside it keeps nothing from being issued, and is not waited for twice', async () => {
  const [lot, other] = [await knownLot(), await knownLot()]
  justBefore(WRITE, () => changing('the grant revoked')(other))
  expect(await askFor(lot)).toBe(true)
  expect(await issuedUnder(lot.grant)).toBe(2)
})

test('none of them waited for another that waited for it', async () => {
  const { rows } = await pool().query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  expect(rows).toEqual([{ deadlocks: 0 }])
})
