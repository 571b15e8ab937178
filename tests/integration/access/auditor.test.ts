import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as filing from '@/lib/domain/request'
import { projectRoot } from '@/lib/ops/entry'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf } from '@/tests/harness/demo'
import { ATTEMPTS } from './attempts'
import { type Found, findUseCases, loadUseCase } from './found'
import { OF_ONES_OWN } from './not-attempted'
import { type AccessWorld, accessWorld, stateOfTables } from './world'

let db: FreshDatabase
let world: AccessWorld
let fields: Readonly<Record<string, unknown>>

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  const identity = { trustDomain: 'agents.example', workload: 'agent/triage', subject: 'triage' }
  const filled: Record<string, unknown> = { story: 'hidden', query: '', format: 'csv', ...identity }
  // Everything any attempt names, so that a use case finds a value for each of its fields.
  for (const { on } of Object.values(ATTEMPTS)) Object.assign(filled, (await on(world)).there)
  // Of all the agents that were named, one that can be resumed.
  Object.assign(filled, (await ATTEMPTS.resumeAgent?.on(world))?.there)
  fields = Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, typed(name, value)]))
})
afterAll(() => db.dispose())

/** A value as a form has it: a day without its time, somebody in a group or names of environments as one text. */
function typed(name: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  return ['deputy', 'environments'].includes(name) && Array.isArray(value) ? value.join(' ') : value
}

const ACTS = findUseCases().filter(({ name, takesActor }) => takesActor && !OF_ONES_OWN.includes(name))

/** The schema of a use case bears its name, beside it or with what it files. */
async function schemaOf({ name, file }: Found): Promise<z.ZodType> {
  const module = await import(join(projectRoot, 'lib', 'usecases', file))
  const title = name.charAt(0).toUpperCase() + name.slice(1)
  const schema = module[title] ?? Object.entries(filing).find(([key]) => key === title)?.[1]
  if (!(schema instanceof z.ZodType)) throw new Error(`${file} says nowhere what ${name} takes.`)
  return schema
}

/** Every kind of thing a schema takes, filled from what there is. */
function inputsOf(schema: z.ZodType): unknown[] {
  const kinds =
    schema instanceof z.ZodDiscriminatedUnion
      ? schema.options.map((option) => (option instanceof z.ZodObject ? option.shape.kind.value : ''))
      : ['']
  return kinds.map((kind) =>
    schema.parse({ ...fields, ...(kind ? { kind, slug: 'legal', name: 'Legal' } : {}) }),
  )
}

describe('A54: the compliance officer changes nothing', () => {
  test('with any of all the use cases there are', () => {
    expect(ACTS.length).toBeGreaterThanOrEqual(20)
  })

  test.each(ACTS)('with $name', async (useCase) => {
    const { auditor } = world.actors
    const perform = await loadUseCase(useCase)
    const before = await stateOfTables()
    for (const input of inputsOf(await schemaOf(useCase))) {
      const { ok } = await perform(auditor, actOf(auditor), input)
      expect(ok).toBe(false)
    }
    expect(await stateOfTables()).toEqual(before)
  })
})

test('the administrator does with the same fields what the compliance officer cannot', async () => {
  const { administrator } = world.actors
  for (const name of ['proposeRuleChange', 'disablePerson', 'resumeAgent']) {
    const useCase = ACTS.find((one) => one.name === name)
    if (!useCase) throw new Error(`There is no ${name}.`)
    const [input] = inputsOf(await schemaOf(useCase))
    const { ok } = await (await loadUseCase(useCase))(administrator, actOf(administrator), input)
    expect(ok, name).toBe(true)
  }
})
