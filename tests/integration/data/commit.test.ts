import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunSql } from '@/lib/data/append-events'
import { ChangedMeanwhile, commit, expectOne } from '@/lib/data/commit'
import { groupCommit } from '@/lib/data/commit-batch'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { leafOfAct } from '@/lib/data/leaf-of-act'
import type { TrailEvent } from '@/lib/domain/events'
import { done, refused } from '@/lib/domain/result'
import { canonicalJson } from '@/lib/trail/canonical'
import { commitmentOf } from '@/lib/trail/entry'
import { chainHash, leafHash } from '@/lib/trail/hash'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'

const ACT = { via: 'setup' } as const
const event = (data: TrailEvent['data'] = {}, texts?: Record<string, string>): TrailEvent => ({
  type: 'tenant.added',
  outcome: 'done',
  data,
  ...(texts ? { texts } : {}),
})

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

type Row = { leaf: string; at: Date; entry: string; leaf_hash: Buffer; chain: Buffer }
const rows = async () => (await pool().query<Row>('select * from trail_event order by leaf')).rows
const head = async () => (await pool().query('select next_leaf::int as next, chain from trail_head')).rows[0]
const tenants = () => database().tenant.count()
const addTenant = (slug: string) => ({ id: `T-${slug}`, slug, name: slug })

describe('commit', () => {
  test('writers at once get dense places, and every entry verifies', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        commit(ACT, done(n, event({ n }, { note: `text ${n}` }), event({ n, second: 'ü "€" \\ 𝄞 {},' }))),
      ),
    )
    expect(answers.every(({ ok }) => ok)).toBe(true)
    const stored = await rows()
    expect(stored.map(({ leaf }) => Number(leaf))).toEqual(stored.map((_, at) => at))
    let chain: Uint8Array = new Uint8Array(32)
    for (const [leaf, row] of stored.entries()) {
      expect(JSON.parse(row.entry)).toMatchObject({ leaf, at: row.at.toISOString() })
      expect(row.entry).toBe(canonicalJson(JSON.parse(row.entry)))
      expect(row.leaf_hash).toEqual(leafHash(row.entry))
      chain = chainHash(chain, row.leaf_hash)
      expect(row.chain).toEqual(chain)
    }
    expect(await head()).toEqual({ next: stored.length, chain: Buffer.from(chain) })
  })

  test('an act is found by the first entry it left, and one that left none by nothing', async () => {
    const [act, other, none] = [{ ...ACT }, { ...ACT }, { ...ACT }]
    const { next } = await head()
    await commit(act, done(0, event(), event()))
    await commit(other, done(0, event()))
    await commit(none, done(0))
    await commit(act, done(0, event()))
    expect([act, other, none].map(leafOfAct)).toEqual([next, next + 2, null])
  })

  test('a text stands beside its commitment and can be redacted without breaking the entry', async () => {
    await commit(ACT, done(0, event({}, { reason: 'Somebody asked.' })))
    const last = (await rows()).at(-1)
    const { rows: texts } = await pool().query('select salt, text from trail_text where leaf = $1', [
      last?.leaf,
    ])
    expect(JSON.parse(last?.entry ?? '').texts.reason.sha256).toBe(commitmentOf(texts[0]))
    await pool().query('update trail_text set text = null, search = null where leaf = $1', [last?.leaf])
    expect((await rows()).at(-1)?.leaf_hash).toEqual(leafHash(last?.entry ?? ''))
  })

  test('a refused outcome writes its events and nothing else', async () => {
    const before = await head()
    const answer = await commit(ACT, refused<number>('not_allowed', event()), async (tx) => {
      await tx.tenant.create({ data: addTenant('NEVER') })
    })
    expect(answer).toEqual({ ok: false, refusal: { code: 'not_allowed' } })
    expect((await head()).next).toBe(before.next + 1)
    expect(await tenants()).toBe(0)
  })

  test('zero rows at the version read is changed meanwhile, and nothing stays', async () => {
    const before = await head()
    const answer = await commit(ACT, done(0, event()), async (tx) => {
      await tx.tenant.create({ data: addTenant('GONE') })
      expectOne(await tx.tenant.updateMany({ where: { id: 'T-NOBODY' }, data: { name: 'x' } }))
    })
    expect(answer).toEqual({ ok: false, refusal: { code: 'changed_meanwhile' } })
    expect(await tenants()).toBe(0)
    expect(await head()).toEqual(before)
    expect(() => expectOne(2)).toThrow(ChangedMeanwhile)
  })
})

describe('A49: an event that cannot be written', () => {
  beforeEach(() =>
    pool().query(
      `create function no_event() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
    ),
  )
  afterEach(() => pool().query('drop function no_event cascade'))
  const block = () =>
    pool().query(
      'create trigger no_event before insert on trail_event for each row execute function no_event()',
    )

  test('takes the act back', async () => {
    await block()
    const before = await head()
    const act = commit(ACT, done(0, event()), async (tx) => {
      await tx.tenant.create({ data: addTenant('LOST') })
    })
    await expect(act).rejects.toThrow('disk full')
    expect(await tenants()).toBe(0)
    expect(await head()).toEqual(before)
  })

  test('takes the whole batch back', async () => {
    await block()
    const issue = groupCommit<string, string>(async (run, slugs) => {
      for (const slug of slugs)
        await run('insert into tenant (id, slug, name) values ($1, $2, $2)', `T-${slug}`, slug)
      return slugs.map((answer) => ({ answer, act: ACT, events: [event()] }))
    })
    const settled = await Promise.allSettled(['A', 'B', 'C'].map(issue))
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await tenants()).toBe(0)
  })
})

test('A48: nobody updates, deletes or truncates the trail', async () => {
  await commit(ACT, done(0, event({}, { note: 'kept' })))
  const attempts = [
    `update trail_event set outcome = 'held'`,
    'delete from trail_event',
    'truncate trail_event',
    'delete from trail_text',
    'truncate trail_text',
    `update trail_text set text = 'other words'`,
    'update trail_head set next_leaf = 0',
    'delete from trail_head',
    'truncate trail_head',
  ]
  const before = await rows()
  for (const attempt of attempts) await expect(pool().query(attempt), attempt).rejects.toThrow(/trail/)
  expect(await rows()).toEqual(before)
})

test('a batch refuses only the row that cannot be written', async () => {
  const add = groupCommit<string, string>(async (run, slugs) => {
    for (const slug of slugs)
      await run('insert into tenant (id, slug, name) values ($1, $2, $2)', `T-${slug}`, slug)
    return slugs.map((answer) => ({ answer, act: ACT, events: [event({ slug: answer })] }))
  })
  await add('FIRST')
  const settled = await Promise.allSettled(['SECOND', 'FIRST', 'THIRD', 'FOURTH'].map(add))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await tenants()).toBe(4)
  const stored = await rows()
  expect(stored.map(({ leaf }) => Number(leaf))).toEqual(stored.map((_, at) => at))
})

describe('a statement of a batch that comes too late', () => {
  const INSERT = 'insert into tenant (id, slug, name) values ($1, $1, $1)'

  test('is not sent once another has failed, asked before it or after', async () => {
    let late: RunSql | undefined
    const spoil = groupCommit<string, string>(async (run) => {
      late = run
      await Promise.all([run(INSERT, 'BEFORE'), run('select no_such_column'), run(INSERT, 'BEHIND')])
      return []
    })
    await expect(spoil('one')).rejects.toThrow('no_such_column')
    await expect(late?.(INSERT, 'LATE')).rejects.toThrow()
    const { rows: stored } = await pool().query(
      `select id from tenant where id in ('BEFORE', 'BEHIND', 'LATE')`,
    )
    expect(stored).toEqual([])
  })

  test('is not sent once the transaction is over', async () => {
    let late: RunSql | undefined
    const keep = groupCommit<string, string>(async (run, slugs) => {
      late = run
      await run(INSERT, 'IN-TIME')
      return slugs.map((answer) => ({ answer, act: ACT, events: [event()] }))
    })
    expect(await keep('one')).toBe('one')
    await expect(late?.(INSERT, 'TOO-LATE')).rejects.toThrow('no more statements')
    const { rows: stored } = await pool().query(`select id from tenant where id in ('IN-TIME', 'TOO-LATE')`)
    expect(stored).toEqual([{ id: 'IN-TIME' }])
  })
})
