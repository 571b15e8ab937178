import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { REFUSALS } from '@/lib/domain/refusals'
import type { Result } from '@/lib/domain/result'
import { showStory } from '@/lib/usecases/people/show-story'
import { exportTrail } from '@/lib/usecases/trail/export-trail'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { ATTEMPTS } from './attempts'
import { findUseCases, loadUseCase } from './found'
import { NOT_FOR_PEOPLE, OF_ONES_OWN } from './not-attempted'
import { type AccessWorld, accessWorld, KINDS, STRANGERS, stateOfTables } from './world'

let db: FreshDatabase
let world: AccessWorld

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
})
afterAll(() => db.dispose())

const USE_CASES = findUseCases()
const OF_PEOPLE = USE_CASES.filter(({ takesActor }) => takesActor)

/** What the one who tried is told: status and sentence. The code stays here. */
function told({ ok, ...rest }: Result<unknown>) {
  if (ok || !('refusal' in rest)) return 'yes'
  const { code, says, fields } = rest.refusal
  return { status: REFUSALS[code].status, says: says ?? REFUSALS[code].says, fields }
}

test('every use case is tried here, or known not to be for people', () => {
  expect(OF_PEOPLE.length).toBeGreaterThanOrEqual(12)
  const tried = [...Object.keys(ATTEMPTS), ...OF_ONES_OWN]
  expect(OF_PEOPLE.map(({ name }) => name).sort()).toEqual(tried.sort())
  const others = USE_CASES.filter(({ takesActor }) => !takesActor).map(({ name }) => name)
  expect(others.sort()).toEqual([...NOT_FOR_PEOPLE].sort())
})

const SIGNING = ['prepareSigning', 'prepareSignings', 'previewNarrowing', 'approveRequest', 'denyRequest']
const tried = OF_PEOPLE.filter(({ name }) => name in ATTEMPTS)

describe.each(tried)('$name', (useCase) => {
  const attempt = ATTEMPTS[useCase.name]
  if (!attempt) throw new Error(`Nobody wrote down who may ${useCase.name}.`)
  const { allowed, on } = attempt

  test.each(KINDS.filter((kind) => !allowed.includes(kind)))('changes nothing for the %s', async (kind) => {
    const actor = world.actors[kind]
    const perform = await loadUseCase(useCase)
    const { there, absent } = await on(world)
    const before = await stateOfTables()
    const onSomething = await perform(actor, actOf(actor), there)
    const onNothing = await perform(actor, actOf(actor), absent)
    expect(await stateOfTables()).toEqual(before)
    expect(onSomething.ok).toBe(false)
    expect(onNothing.ok).toBe(false)
    // A07: about one's own request the reason is said; nobody else learns that there is one.
    if (kind === 'requester' && SIGNING.includes(useCase.name)) expect(no(onSomething)).toBe('own_request')
    else expect(told(onSomething)).toEqual(told(onNothing))
  })

  test.each(allowed)('is done for the %s', async (kind) => {
    const actor = world.actors[kind]
    const perform = await loadUseCase(useCase)
    yes(await perform(actor, actOf(actor), (await on(world)).there))
  })
})

describe('A32: nobody of another tenant learns by waiting', () => {
  // Whoever has the id of a sign-in has looked into it already: that one is not guessed.
  const guessable = tried.filter(({ name }) => name !== 'endSignIn')

  test.each(guessable.map((useCase) => [useCase.name, useCase] as const))(
    '%s asks the database as often about what is there as about nothing',
    async (name, useCase) => {
      const { on } = ATTEMPTS[name] ?? {}
      if (!on) throw new Error(`Nobody wrote down who may ${name}.`)
      const perform = await loadUseCase(useCase)
      const { there, absent } = await on(world)
      for (const kind of STRANGERS) {
        const asked = async (input: unknown) => {
          // Each of their calls is a sign-in read anew: nothing is kept from one to the next.
          const actor = { ...world.actors[kind] }
          const spied = vi.spyOn(pg.Client.prototype, 'query')
          await perform(actor, actOf(actor), input)
          const count = spied.mock.calls.length
          spied.mockRestore()
          return count
        }
        expect(await asked(there), kind).toBe(await asked(absent))
      }
    },
  )
})

describe('A54: the compliance officer', () => {
  test('may do none of it', () => {
    for (const { allowed } of Object.values(ATTEMPTS)) expect(allowed).not.toContain('auditor')
    for (const kind of STRANGERS)
      for (const { allowed } of Object.values(ATTEMPTS)) expect(allowed).not.toContain(kind)
  })

  test('exports, which changes nothing but the trail', async () => {
    const actor = world.actors.auditor
    const before = await stateOfTables()
    yes(await exportTrail(actor, actOf(actor), { query: '', format: 'csv' }))
    expect(await stateOfTables()).toEqual(before)
    const { rows } = await pool().query('select type, human_id from trail_event order by leaf desc limit 1')
    expect(rows).toEqual([{ type: 'trail.exported', human_id: actor.personId }])
  })

  const READERS = ['auditor', 'administrator', 'strangeAuditor', 'strangeAdministrator']
  test.each(KINDS.filter((kind) => !READERS.includes(kind)))(
    'is not the %s, who exports nothing',
    async (kind) => {
      const actor = world.actors[kind]
      expect(no(await exportTrail(actor, actOf(actor), { query: '', format: 'jsonl' }))).toBe('not_found')
    },
  )

  test('puts the story away on their own pages and on nobody else’s', async () => {
    const actor = world.actors.auditor
    const { preference: _, ...before } = await stateOfTables()
    yes(await showStory(actor, actOf(actor), { story: 'hidden' }))
    const { preference: __, ...after } = await stateOfTables()
    expect(after).toEqual(before)
    const { rows } = await pool().query('select person_id, name from preference')
    expect(rows).toEqual([{ person_id: actor.personId, name: 'story' }])
  })
})
