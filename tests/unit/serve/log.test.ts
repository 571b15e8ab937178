import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { faultFields } from '@/lib/serve/fault-fields'
import { openLog } from '@/lib/serve/log'
import { Reference, referenceOf } from '@/lib/serve/reference'

const SECRET = 'correct horse battery staple'

describe('a fault in the log', () => {
  test('of our own says its words and its place', () => {
    expect(faultFields(new Error('There is no active signing key.'))).toEqual({
      fault: 'Error',
      says: 'There is no active signing key.',
      at: expect.stringContaining('log.test.ts'),
    })
  })

  test('of a driver says name and code, not the words that quote what was sent', () => {
    const fault = Object.assign(new Error(`Key (secret)=(${SECRET}) exists`), { code: '23505' })
    expect(faultFields(fault)).toMatchObject({ fault: 'Error', code: '23505' })
    expect(JSON.stringify(faultFields(fault))).not.toContain(SECRET)
  })

  test('of a parser or a validator says no words', () => {
    const parsing = () => JSON.parse(`{"password": ${SECRET}}`)
    expect(parsing).toThrow(SyntaxError)
    try {
      parsing()
    } catch (fault) {
      expect(JSON.stringify(faultFields(fault))).not.toContain('horse')
    }
    class PrismaClientValidationError extends Error {
      override name = 'PrismaClientValidationError'
    }
    const fault = faultFields(new PrismaClientValidationError(`{ data: { password: "${SECRET}" } }`))
    expect(JSON.stringify(fault)).not.toContain(SECRET)
  })

  test('does not take a line of its words for its place', () => {
    const { at } = faultFields(new Error(`first\n${SECRET}`))
    expect(at).toMatch(/^at /)
    expect(at).not.toContain(SECRET)
  })

  test('names its cause by name and code', () => {
    const cause = Object.assign(new TypeError(SECRET), { code: 'ECONNREFUSED' })
    expect(faultFields(new Error('The database cannot be reached.', { cause }))).toMatchObject({
      because: 'TypeError ECONNREFUSED',
    })
  })

  test('that is no error is said by its kind', () => {
    expect(faultFields(SECRET)).toEqual({ fault: 'thrown string' })
    expect(faultFields({ SECRET })).toEqual({ fault: 'thrown object' })
  })
})

test('each thing that happens is one JSON line with its service', () => {
  const written: string[] = []
  const log = openLog('authority', { write: (text) => written.push(text) })
  log.note('info', 'listening', { port: 3001 })
  log.fault('sweep', new Error('one\ntwo'))
  expect(written.map((line) => line.match(/\n/g)?.length)).toEqual([1, 1])
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ service: 'authority', msg: 'listening', port: 3001 }),
    expect.objectContaining({ service: 'authority', msg: 'sweep', says: 'one\\u{a}two' }),
  ])
})

describe('the reference of a request', () => {
  test('is the caller’s own when it is a plain and short one', () => {
    expect(referenceOf('req-4711.a_b')).toBe('req-4711.a_b')
  })

  test.each([undefined, '', 'a'.repeat(65), 'a b', 'a\nb', '{"a":1}', '\u001b[31m', 'ü'])(
    'is a fresh one instead of %j',
    (sent) => {
      const reference = referenceOf(sent)
      expect(reference).not.toBe(sent)
      expect(Reference.safeParse(reference).success).toBe(true)
    },
  )
})

test('a process that ends in the same turn has said its last line', async () => {
  const toy = fileURLToPath(new URL('toys/last-words.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', toy])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg)
  expect(lines).toEqual(['draining', ...Array.from({ length: 200 }, () => 'request'), 'drained'])
})
