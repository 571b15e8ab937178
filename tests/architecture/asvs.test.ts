import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readCsv } from '@/tests/unit/support/csv'
import { listFiles, readText } from './checker/tree'

const COLUMNS = ['requirement', 'level', 'about', 'state', 'where', 'test', 'note'] as const

/** What ASVS 5.0.0 has on levels 1 and 2. */
const HOW_MANY = { 1: 70, 2: 183 }
/** Of level 3 those that this product is about. */
const OF_LEVEL_3 = ['V1.2.10', 'V2.3.5', 'V7.5.3', 'V8.3.2', 'V8.3.3', 'V10.4.14', 'V15.4.2']

const paths = z.string().transform((text) => text.split(' ').filter(Boolean))

const Requirement = z.strictObject({
  requirement: z.string().regex(/^V\d{1,2}\.\d{1,2}\.\d{1,2}$/),
  level: z.enum(['1', '2', '3']),
  about: z.string().min(1),
  state: z.enum(['met', 'partly', 'gap', 'not applicable']),
  where: paths,
  test: paths,
  note: z.string().regex(/^\S.*\.$/),
})
type Requirement = z.infer<typeof Requirement>

function readRequirements(text: string): Requirement[] {
  const [names = [], ...rows] = readCsv(text.replaceAll('\n', '\r\n'))
  expect(names).toEqual([...COLUMNS])
  return rows.map((cells) => {
    expect(cells, cells[0]).toHaveLength(COLUMNS.length)
    return Requirement.parse(Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at]])))
  })
}

const files = new Set(listFiles())

/** Everything in one line of the list that is not as it has to be. */
function problemsOf({ requirement, state, where, test: tests }: Requirement): string[] {
  const missing = [...where, ...tests].filter((path) => !files.has(path))
  const elsewhere = tests.filter((path) => !path.startsWith('tests/'))
  return [
    ...missing.map((path) => `${requirement} names ${path}, which is not there.`),
    ...elsewhere.map((path) => `${requirement} names ${path}, which is no test.`),
    ...(state === 'met' && where.length === 0 ? [`${requirement} is met nowhere.`] : []),
  ]
}

describe('docs/asvs.csv', () => {
  const all = readRequirements(readText('docs/asvs.csv'))
  const idsOf = (level: string) => all.filter((one) => one.level === level).map((one) => one.requirement)

  test('names each requirement once', () => {
    const ids = all.map(({ requirement }) => requirement)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })

  test('has every requirement of levels 1 and 2, and of level 3 those that are promised', () => {
    expect({ 1: idsOf('1').length, 2: idsOf('2').length }).toEqual(HOW_MANY)
    expect(idsOf('3').sort()).toEqual([...OF_LEVEL_3].sort())
  })

  test('names files that exist, and where each that is met is met', () => {
    expect(all.flatMap(problemsOf)).toEqual([])
  })

  test('is refused with another state, without a note, and with a file that is not there', () => {
    const [first] = all
    if (!first) throw new Error('The list is empty.')
    const cells = { ...first, where: '', test: '' }
    expect(Requirement.safeParse(cells).success).toBe(true)
    expect(Requirement.safeParse({ ...cells, state: 'mostly' }).success).toBe(false)
    expect(Requirement.safeParse({ ...cells, note: '' }).success).toBe(false)
    const planted: Requirement = { ...first, state: 'met', where: [], test: ['lib/never-there.ts'] }
    expect(problemsOf(planted)).toHaveLength(3)
  })
})
