import { describe, expect, test } from 'vitest'
import { type Decided, isLast, readEvaluation, readEvaluations } from '@/lib/domain/evaluation'

const question = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'view' },
  resource: { type: 'record', id: '17' },
}

describe('reading a question', () => {
  test('members nobody knows are left out', () => {
    const read = readEvaluation({
      ...question,
      decision: true,
      subject: { ...question.subject, role: 'root' },
    })
    expect(read).toEqual({ ok: true, evaluation: question })
  })

  test.each(['subject', 'action', 'resource'])('without its %s it is none', (part) => {
    const read = readEvaluation({ ...question, [part]: undefined })
    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(part) })
  })

  test.each([null, [], 'x', 7, { ...question, context: [] }, { ...question, action: { name: '' } }])(
    'and %j is none',
    (body) => expect(readEvaluation(body).ok).toBe(false),
  )
})

describe('reading many', () => {
  const items = (body: unknown) => {
    const read = readEvaluations(body)
    if (!read.ok || read.kind !== 'many') throw new Error('These are not many.')
    return read.items.map((item) => (item.ok ? item.evaluation : null))
  }

  test('an item says what differs, part by part and never within a part', () => {
    const properties = { department: 'sales' }
    const common = { ...question, subject: { ...question.subject, properties }, context: { a: 1 } }
    const other = { type: 'user', id: 'bob' }
    expect(items({ ...common, evaluations: [{}, { subject: other }, { context: { b: 2 } }] })).toEqual([
      common,
      { ...common, subject: other },
      { ...common, context: { b: 2 } },
    ])
  })

  test('an item that cannot be asked does not spoil the others', () => {
    expect(items({ ...question, evaluations: [{ action: {} }, 'x', null, {}] })).toEqual([
      null,
      null,
      null,
      question,
    ])
  })

  test('none listed is one question, and unknown ways of answering are refused', () => {
    expect(readEvaluations({ ...question, evaluations: [] })).toMatchObject({ ok: true, kind: 'one' })
    expect(readEvaluations(question)).toMatchObject({ ok: true, kind: 'one' })
    expect(readEvaluations({ ...question, evaluations: {} }).ok).toBe(false)
    const options = { evaluations_semantic: 'any' }
    expect(readEvaluations({ ...question, evaluations: [{}], options }).ok).toBe(false)
    expect(readEvaluations({ ...question, evaluations: Array.from({ length: 51 }, () => ({})) }).ok).toBe(
      false,
    )
  })
})

test('which answer is the last', () => {
  const answer = (decision: boolean): Decided => ({ decision, context: {} })
  const ends = (semantic: Parameters<typeof isLast>[0]) => [
    isLast(semantic, answer(true)),
    isLast(semantic, answer(false)),
  ]
  expect(ends('execute_all')).toEqual([false, false])
  expect(ends('deny_on_first_deny')).toEqual([false, true])
  expect(ends('permit_on_first_permit')).toEqual([true, false])
})
