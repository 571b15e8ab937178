import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChangedMeanwhile, commit } from '@/lib/data/commit'
import { closeDatabase, connectionFigures, database } from '@/lib/data/database'
import { inTurn } from '@/lib/data/in-turn'
import { insertRows } from '@/lib/data/insert-rows'
import { done } from '@/lib/domain/result'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'

// SQL and Prisma's words of one act stand in one transaction, on one connection.
const ACT = { via: 'setup' } as const
const OUTCOME = done(0, { type: 'tenant.added', outcome: 'done' })
const tenant = (slug: string) => ({ id: `T-${slug}`, slug, name: `The "${slug}" of ü, 𝄞 and \\` })

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

const slugs = async () =>
  (await database().tenant.findMany({ orderBy: { slug: 'asc' } })).map(({ slug }) => slug)

test('each sees what the other wrote, and both stay', async () => {
  const seen: unknown[] = []
  await commit(ACT, OUTCOME, async (tx) => {
    await insertRows(tx.run, 'tenant', [tenant('a')])
    seen.push(await tx.tenant.findUnique({ where: { id: 'T-a' }, select: { name: true } }))
    await tx.tenant.create({ data: tenant('b') })
    seen.push(await tx.run('select name from tenant where id = $1', 'T-b'))
    seen.push(await tx.$queryRaw`select count(*)::int as n from tenant`)
  })
  expect(seen).toEqual([{ name: tenant('a').name }, [{ name: tenant('b').name }], [{ n: 2 }]])
  expect(await slugs()).toEqual(['a', 'b'])
})

test.each(['sql first', 'prisma first'])('a throw takes back what both wrote, %s', async (order) => {
  const answer = await commit(ACT, OUTCOME, async (tx) => {
    if (order === 'sql first') await insertRows(tx.run, 'tenant', [tenant('c')])
    await tx.tenant.create({ data: tenant('d') })
    if (order !== 'sql first') await insertRows(tx.run, 'tenant', [tenant('c')])
    throw new ChangedMeanwhile()
  })
  expect(answer).toEqual({ ok: false, refusal: { code: 'changed_meanwhile' } })
  expect(await slugs()).toEqual(['a', 'b'])
})

test('of statements that leave together and fail, the first is the reason', async () => {
  const answer = await commit(ACT, OUTCOME, (tx) =>
    inTurn([
      Promise.resolve(tx.run('select 1')).then(() => {
        throw new ChangedMeanwhile('quota_reached')
      }),
      insertRows(tx.run, 'tenant', [tenant('a')]),
      insertRows(tx.run, 'tenant', [tenant('e')]),
    ]),
  )
  expect(answer).toEqual({ ok: false, refusal: { code: 'quota_reached' } })
  expect(await slugs()).toEqual(['a', 'b'])
})

test('a row that is there already is changed meanwhile, whoever wrote it', async () => {
  for (const again of [true, false]) {
    const answer = await commit(ACT, OUTCOME, async (tx) => {
      if (again) await insertRows(tx.run, 'tenant', [tenant('a')])
      else await tx.tenant.create({ data: tenant('a') })
    })
    expect(answer).toEqual({ ok: false, refusal: { code: 'changed_meanwhile' } })
  }
})

test('many at once keep no connection, whether they succeed or not', async () => {
  const acts = Array.from({ length: 60 }, (_, at) =>
    commit(ACT, OUTCOME, async (tx) => {
      await insertRows(tx.run, 'tenant', [tenant(`m${at}`)])
      if (at % 3 === 0) await tx.tenant.findUniqueOrThrow({ where: { id: `T-m${at}` } })
      if (at % 2 === 0) throw new ChangedMeanwhile()
    }),
  )
  const answers = await Promise.all(acts)
  expect(answers.filter(({ ok }) => ok).length).toBe(30)
  expect(await slugs()).toHaveLength(32)
  const { open, idle, waiting } = connectionFigures()
  expect({ busy: open - idle, waiting }).toEqual({ busy: 0, waiting: 0 })
})
