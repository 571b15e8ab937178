import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, yes } from '@/tests/harness/demo'
import { ATTEMPTS } from './attempts'
import { findUseCases, loadUseCase } from './found'
import { type AccessWorld, accessWorld, stateOfTables } from './world'

let db: FreshDatabase
let world: AccessWorld

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
})
afterAll(() => db.dispose())

const BREAK = `
  create function no_more() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
  create trigger no_more before insert on trail_event for each row execute function no_more();`
const MEND = 'drop trigger no_more on trail_event; drop function no_more();'

const headOf = async () => (await pool().query('select * from trail_head')).rows

// They leave no entry, so that they have none to fail with: a preview, and what a dialog is about to show.
const WITHOUT_ENTRY = ['previewRequest', 'previewNarrowing', 'prepareSigning', 'prepareSignings']
// Taken before anybody else's address is asked, and kept whatever comes of it: it is there for them.
const PAUSES: Readonly<Record<string, string>> = { refreshTrust: 'lease', refreshIssuer: 'lease' }
const USE_CASES = findUseCases().filter(({ name }) => name in ATTEMPTS && !WITHOUT_ENTRY.includes(name))

describe('A49: when the event cannot be written', () => {
  test.each(USE_CASES)('$name stores nothing', async (useCase) => {
    const attempt = ATTEMPTS[useCase.name]
    const [kind] = attempt?.allowed ?? []
    if (!attempt || !kind) throw new Error(`Nobody may ${useCase.name}.`)
    const actor = world.actors[kind]
    const perform = await loadUseCase(useCase)
    const { there } = await attempt.on(world)
    const { [useCase.name]: pause = '' } = PAUSES
    const state = async () => ({ ...(await stateOfTables()), [pause]: '' })
    const [before, head] = [await state(), await headOf()]
    await pool().query(BREAK)
    try {
      await expect(perform(actor, actOf(actor), there)).rejects.toThrow(/full/)
    } finally {
      await pool().query(MEND)
    }
    expect(await state()).toEqual(before)
    expect(await headOf()).toEqual(head)
    if (pause) await pool().query(`delete from ${pause}`)
    yes(await perform(actor, actOf(actor), there))
    expect(await headOf()).not.toEqual(head)
  })
})

describe('A48: the trail', () => {
  const REFUSED = [
    `update trail_event set outcome = 'done'`,
    'update trail_event set leaf = leaf + 1000000',
    'update trail_event set entry = entry where false or true',
    'delete from trail_event',
    'truncate trail_event',
    'truncate trail_event cascade',
    'truncate trail_event, trail_text restart identity cascade',
    `insert into trail_event select * from trail_event limit 1 on conflict (leaf) do update set outcome = 'done'`,
    'with gone as (delete from trail_event where leaf = 0 returning leaf) select * from gone',
    'delete from trail_text',
    'truncate trail_text',
    `update trail_text set text = 'something else'`,
    `update trail_text set text = null, name = 'something else'`,
    `update trail_text set text = null, salt = decode('00', 'hex')`,
    'update trail_text set text = null, leaf = leaf + 1',
    'delete from trail_head',
    'truncate trail_head',
    'update trail_head set next_leaf = next_leaf - 1',
    'update trail_head set id = 2',
  ]

  test.each(REFUSED)('refuses %s', async (sql) => {
    await world.demo.file('resolve-a-refund-ticket', world.actors.requester)
    const before = await wholeTrail()
    await expect(pool().query(sql)).rejects.toMatchObject({ code: '42501' })
    expect(await wholeTrail()).toEqual(before)
  })

  test('lets a text be redacted, and never be written again', async () => {
    const { rows } = await pool().query<{ leaf: string }>('select leaf::text from trail_text limit 1')
    const [leaf] = rows.map((row) => row.leaf)
    await pool().query('update trail_text set text = null where leaf = $1', [leaf])
    await expect(
      pool().query(`update trail_text set text = 'Again.' where leaf = $1`, [leaf]),
    ).rejects.toMatchObject({ code: '42501' })
  })
})

const wholeTrail = async () => {
  const { rows } = await pool().query(
    `select (select md5(string_agg(e::text, '' order by leaf)) from trail_event e) as events,
       (select md5(string_agg(t::text, '' order by leaf, name)) from trail_text t) as texts,
       (select md5(string_agg(h::text, '')) from trail_head h) as head`,
  )
  return rows
}
