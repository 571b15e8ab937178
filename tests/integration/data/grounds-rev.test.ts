import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareEvents } from '@/lib/data/append-events'
import { appendUnmoved, type Unmoved } from '@/lib/data/append-unmoved'
import { askCredential } from '@/lib/data/asked-credentials'
import { findAuthorityRows, findServerClient } from '@/lib/data/authority-callers'
import { database, pool } from '@/lib/data/database'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { findAgentByWorkload } from '@/lib/data/known-agents'
import { newId } from '@/lib/data/new-id'
import { isKnownTakenBack } from '@/lib/data/taken-back'
import { ResourceServerId } from '@/lib/domain/ids'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { textsOf } from '@/tests/harness/texts-of'
import { buildWorld, grantTask, type TestWorld } from '@/tests/harness/world'

let db: FreshDatabase
let world: TestWorld

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
})
afterAll(() => db.dispose())

const revNow = async () => (await findAuthorityRows()).groundsRev

async function moves(act: () => Promise<unknown>): Promise<boolean> {
  const before = await revNow()
  await act()
  return (await revNow()) !== before
}

async function namesOf(text: string): Promise<string[]> {
  const { rows } = await sql(text)
  return rows.map(({ name }) => name)
}

/** Everything an authority asks under a version: of who calls, what a grant is, what was issued. */
async function questionsOfACall(): Promise<string[]> {
  const { groundsRev, ...at } = await findAuthorityRows()
  const texts = await textsOf(() =>
    Promise.all([
      findAuthorityRows(),
      findIssueFacts('G-0NE1'),
      findAgentByWorkload('agents.example', 'agent/triage'),
      findServerClient('https://nobody.example', groundsRev),
      askCredential(
        {
          ...{ act: { via: 'authority' }, id: 'C-0NE1', assertion: null },
          server: { id: ResourceServerId.parse('S-0NE1'), identifier: 'x' },
        },
        { groundsRev, ...at },
      ),
    ]),
  )
  const asked = texts.filter((text) => text.includes('trail_head'))
  expect(asked).toHaveLength(5)
  return asked
}

const sql = (text: string, ...values: unknown[]) => pool().query(text, values)

describe('the version of the grounds', () => {
  test('moves with a change of any table that what is decided on is read from', async () => {
    const watched = await namesOf(
      `select distinct c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname in ('grounds_moved', 'grounds_emptied') group by c.relname having count(*) = 2`,
    )
    const tables = await namesOf(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    )
    const read = (await questionsOfACall()).flatMap((text) =>
      [...text.matchAll(/\b(?:from|join)\s+([a-z_]+)\b(?!\()/g)].map(([, name]) => name ?? ''),
    )
    const missing = [...new Set(read)].filter(
      (name) => tables.includes(name) && !watched.includes(name) && name !== 'trail_head',
    )
    expect(missing).toEqual([])
    expect(watched.length).toBeGreaterThan(25)
  })

  test('moves when a table is emptied, and with each column of what a grant covers', async () => {
    const { grantId } = await grantTask(world)
    for (const column of ['server_type', 'asks_online', 'tenant_id'])
      expect(
        await moves(() => sql(`update grant_scope set ${column} = ${column} where grant_id = $1`, grantId)),
      ).toBe(true)
    expect(await moves(() => sql('truncate break_glass'))).toBe(true)
  })

  test('moves once for a transaction, whoever writes it and however much', async () => {
    expect(await moves(() => sql('update person set name = name'))).toBe(true)
    expect(await moves(() => sql('update policy_in_force set activated = activated'))).toBe(true)
    expect(await moves(() => sql(`update credential set revoked = revoked where false`))).toBe(false)
    expect(await moves(() => sql('delete from role_holding where false'))).toBe(false)
  })

  test('stays where a transaction is taken back', async () => {
    const client = await pool().connect()
    try {
      const before = await revNow()
      await client.query('begin')
      await client.query('update agent set purpose = purpose')
      await client.query('rollback')
      expect(await revNow()).toBe(before)
    } finally {
      client.release()
    }
  })

  test('stays where a grant is opened and where one of its uses is spent, and moves when it ends', async () => {
    const { grantId } = await grantTask(world)
    const before = await revNow()
    await grantTask(world)
    await sql('update permission_grant set uses_left = 3 where id = $1', grantId)
    expect(await revNow()).toBe(before)
    expect(
      await moves(() => sql(`update permission_grant set state = 'completed' where id = $1`, grantId)),
    ).toBe(true)
  })
})

describe('what is written if nothing has moved', () => {
  const TENANT_EVENT = { type: 'decision.asked', outcome: 'allowed' } as const
  const later = (seconds: number) => new Date(Date.now() + seconds * 1000)
  const ask = (groundsRev: string, more: Partial<Unmoved> = {}): Unmoved => ({
    ...{
      groundsRev,
      until: later(60),
      decisions: [],
      act: { via: 'authority' },
      event: { ...TENANT_EVENT, tenantId: world.tenantId },
    },
    ...more,
  })
  const proof = (key = newId('CredentialId') as string) => ({ key, until: later(60) })
  const events = () => database().trailEvent.count({ where: { type: 'decision.asked' } })
  const isSpent = async (key: string) => (await database().usedOnce.count({ where: { key } })) === 1

  test('stands with its event and its proof', async () => {
    const [before, one] = [await events(), proof()]
    expect(await appendUnmoved(ask(await revNow(), { proof: one }))).toBe('written')
    expect([await events(), await isSpent(one.key)]).toEqual([before + 1, true])
  })

  /** Two decisions whose inputs are in each other's order, one with what JSON escapes. */
  const twoDecisions = async () => {
    const { policyVersion: policySet } = await findAuthorityRows()
    const subject = { tenantId: world.tenantId, requestId: null, grantId: null, scopeId: null, reason: null }
    const answer = { policySet, verdict: 'allowed', stages: [], policyIds: [], says: [], errors: [] }
    const asked = { asked: 'online', action: 'ticket:read', resource: 'x', made: new Date() }
    return ['{"a":"\\"é\\\\"}', '{"a":2}'].map((input) => ({
      ...{ id: newId('DecisionId'), input, ...subject, ...answer, ...asked },
    }))
  }
  const inputsOf = async (of: readonly { id: string }[]) => {
    const rows = await database().decision.findMany({ where: { id: { in: of.map(({ id }) => id) } } })
    return of.map(({ id }) => rows.find((row) => row.id === id)?.input)
  }

  test('stands with the input of each decision at its own, as older servers write it too', async () => {
    const [rev, mine, older] = [await revNow(), await twoDecisions(), await twoDecisions()]
    expect(await appendUnmoved(ask(rev, { decisions: mine }))).toBe('written')
    expect(await inputsOf(mine)).toEqual(mine.map(({ input }) => input))
    const { act, event, until } = ask(rev)
    const [, ...prepared] = prepareEvents([{ act, event }])
    const { rows } = await sql(
      `select is_written from append_unmoved($1::uuid, $2::timestamptz, $3::text[], $4::timestamptz[], $5::text[],
        $6::json, $7::json, $8::json, $9::text[], $10::text[], $11::text[], $12::json)`,
      ...[rev, until, [], [], [], JSON.stringify(older), null, ...prepared.slice(0, 5)],
    )
    expect(rows).toEqual([{ is_written: true }])
    expect(await inputsOf(older)).toEqual(older.map(({ input }) => input))
  })

  test('is not written where they have moved, and not where time is over; the proof is spent', async () => {
    const [before, rev] = [await events(), await revNow()]
    await sql('update person set name = name')
    const [moved, late] = [proof(), proof()]
    expect(await appendUnmoved(ask(rev, { proof: moved }))).toBe('moved')
    expect(await appendUnmoved(ask(await revNow(), { proof: late, until: later(-1) }))).toBe('moved')
    expect([await events(), await isSpent(moved.key), await isSpent(late.key)]).toEqual([before, true, true])
  })

  test('of several at once each stands or falls by itself', async () => {
    const [before, rev] = [await events(), await revNow()]
    const [used, twice] = [proof(), proof()]
    expect(await appendUnmoved(ask(rev, { proof: used }))).toBe('written')
    const answers = await Promise.all(
      [
        ...[ask('2d5e0b1c-8f3a-4a77-9b0e-0c5c6f3f9a11', { proof: proof() }), ask(rev, { proof: used })],
        ...[ask(rev, { proof: twice }), ask(rev, { proof: twice }), ask(rev), ask(rev, { proof: proof() })],
      ].map(appendUnmoved),
    )
    expect(answers).toEqual(['stale', 'replayed', 'written', 'replayed', 'written', 'written'])
    expect(await events()).toBe(before + 4)
  })

  const impossible = { id: null, input: '{}' }

  test('is refused alone where its row cannot be', async () => {
    const [before, rev] = [await events(), await revNow()]
    const broken = ask(rev, { decisions: [impossible] })
    const settled = await Promise.allSettled([
      appendUnmoved(ask(rev)),
      appendUnmoved(broken),
      appendUnmoved(ask(rev)),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await events()).toBe(before + 2)
  })

  test('of a replay, a good one and a row that cannot be, each hears what it is', async () => {
    const [rev, used] = [await revNow(), proof()]
    expect(await appendUnmoved(ask(rev, { proof: used }))).toBe('written')
    const all = [
      ask(rev, { proof: used }),
      ask(rev, { proof: proof() }),
      ask(rev, { proof: proof(), decisions: [impossible] }),
    ]
    const settled = await Promise.allSettled(all.map(appendUnmoved))
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.status))).toEqual([
      ...['replayed', 'written', 'rejected'],
    ])
  })

  test('is not written where a credential that was shown has been taken back', async () => {
    const rev = await revNow()
    expect(await appendUnmoved(ask(rev, { shown: 'C-N0NE' }))).toBe('moved')
  })

  test('A55: is written beside those who show one that was taken back', async () => {
    const { grantId } = await grantTask(world)
    const [live, over] = ['C-L1VE', 'C-0VER']
    await sql(
      `insert into credential (id, grant_id, agent_id, server_id, scope, jkt, issued, expires, revoked, decision_ids)
        select c.id, g.id, g.agent_id, s.id, 'ticket:read', 'x', now(), now() + interval '5 min', c.revoked, '{}'
        from permission_grant g, (select id from resource_server order by id limit 1) s,
          (values ($2, null::timestamptz), ($3, now())) as c(id, revoked) where g.id = $1`,
      ...[grantId, live, over],
    )
    const [before, rev, proofs] = [await events(), await revNow(), [proof(), proof(), proof()] as const]
    const answers = await Promise.all(
      [
        ...[ask(rev, { shown: over, proof: proofs[0] }), ask(rev, { shown: live, proof: proofs[1] })],
        ...[ask(rev, { proof: proofs[2] }), ask(rev, { shown: over })],
      ].map(appendUnmoved),
    )
    expect(answers).toEqual(['moved', 'written', 'written', 'moved'])
    expect(await events()).toBe(before + 2)
    expect(await Promise.all(proofs.map(({ key }) => isSpent(key)))).toEqual([true, true, true])
    expect([isKnownTakenBack(over), isKnownTakenBack(live)]).toEqual([true, false])
  })
})
