import { describe, expect, test, vi } from 'vitest'
import { padded } from '@/lib/data/padded'
import { frequentName } from '@/lib/data/prepared'
import { onlyReads, readsTogether } from '@/lib/data/reads-together'

describe('a statement only reads', () => {
  test.each([
    'select 1',
    '  with w as (select 1) select * from w',
    'SELECT "t0"."updated" FROM "public"."request" AS "t0" WHERE "t0"."id" IN ($1)',
    "select count(*) filter (where state = 'revoked') from permission_grant",
  ])('%s', (text) => expect(onlyReads(text)).toBe(true))

  test.each([
    'insert into lease (name) values ($1)',
    'with gone as (delete from lease returning name) select * from gone',
    'select id from request where id = $1 for update',
    'select id from agent where id = $1 for no key update',
    'select id from agent where id = $1 FOR SHARE',
    'select id from agent where id = $1 for key share',
    "select nextval('somewhere')",
    'select pg_sleep(1)',
    'select file_trail_words()',
    'select leaf from append_events($1)',
    'select is_out from append_act($1)',
    'select * from lock_grounds($1)',
    'update request set rev = 2',
    'begin',
  ])('or waits or writes, and goes alone: %s', (text) => expect(onlyReads(text)).toBe(false))
})

describe('reads of one turn', () => {
  const client = (answer: (text: string) => Promise<unknown>) => ({
    connection: { stream: { cork: vi.fn(), uncork: vi.fn() } },
    query: vi.fn(({ text }: { text: string }) => answer(text)),
    release: vi.fn(),
  })

  test('share one connection, each with its own answer', async () => {
    const one = client(async (text) => text)
    const connect = vi.fn(async () => one as never)
    const read = readsTogether(connect)
    const texts = ['select 1', 'select 2', 'select 3']
    expect(await Promise.all(texts.map((text) => read({ text })))).toEqual(texts)
    expect(connect).toHaveBeenCalledTimes(1)
    await vi.waitFor(() => expect(one.release).toHaveBeenCalledExactlyOnceWith(false))
  })

  test('are spread over several connections when they are a crowd', async () => {
    const one = client(async (text) => text)
    const connect = vi.fn(async () => one as never)
    const read = readsTogether(connect)
    await Promise.all(Array.from({ length: 25 }, (_, at) => read({ text: `select ${at}` })))
    expect(connect).toHaveBeenCalledTimes(3)
  })

  test('of which one fails answer all the same', async () => {
    const failed = Object.assign(new Error('division by zero'), { code: '22012' })
    const one = client((text) => (text === 'select 1/0' ? Promise.reject(failed) : Promise.resolve(text)))
    const read = readsTogether(async () => one as never)
    const found = await Promise.allSettled(
      ['select 1', 'select 1/0', 'select 2'].map((text) => read({ text })),
    )
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await vi.waitFor(() => expect(one.release).toHaveBeenCalledExactlyOnceWith(false))
  })

  test('on a connection that broke are told so, and it is not used again', async () => {
    const one = client(() => Promise.reject(new Error('Connection terminated unexpectedly')))
    const read = readsTogether(async () => one as never)
    await expect(read({ text: 'select 1' })).rejects.toThrow('terminated')
    await vi.waitFor(() => expect(one.release).toHaveBeenCalledExactlyOnceWith(true))
  })

  test('without a connection are told so, and the next ones ask for one again', async () => {
    const one = client(async (text) => text)
    const connect = vi.fn().mockRejectedValueOnce(new Error('none is free')).mockResolvedValue(one)
    const read = readsTogether(connect)
    await expect(read({ text: 'select 1' })).rejects.toThrow('none is free')
    expect(await read({ text: 'select 1' })).toBe('select 1')
  })
})

test('a statement gets a name once it is asked again and again, and always the same', () => {
  const text = 'select 1 as named'
  const names = Array.from({ length: 12 }, () => frequentName(text))
  expect(names[0]).toBeUndefined()
  expect(names.at(-1)).toMatch(/^countersign_[0-9a-f]{32}$/)
  expect(new Set(names.filter(Boolean)).size).toBe(1)
})

test('only so many statements get one', () => {
  const named = Array.from({ length: 400 }, (_, at) =>
    Array.from({ length: 20 }, () => frequentName(`select ${at} as many`)).at(-1),
  )
  expect(named.filter(Boolean).length).toBeLessThanOrEqual(160)
})

test('a list is as long as the next power of two, and holds what it held', () => {
  expect(padded([])).toEqual([])
  expect(padded(['a'])).toEqual(['a'])
  expect(padded(['a', 'b', 'a', 'c'])).toEqual(['a', 'b', 'c', 'c'])
  expect(padded(Array.from({ length: 33 }, (_, at) => at))).toHaveLength(64)
})
