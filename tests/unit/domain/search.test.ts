import { describe, expect, test } from 'vitest'
import { MAX_RESULTS, questionAbout, readSearch, resultOf, type Sought } from '@/lib/domain/search'

const whole = {
  subject: { type: 'grant', id: 'G-0001', properties: { a: 1 } },
  action: { name: 'ticket:read' },
  resource: { type: 'resource', id: 'https://tickets.example/t/1' },
  context: { purpose: 'work' },
}

function searchOf(sought: Sought, body: unknown) {
  const read = readSearch(sought, body)
  if (!read.ok) throw new Error(read.problem)
  return read.search
}

describe('a search', () => {
  test.each(['subject', 'resource', 'action'] as const)('ignores what it leaves open: %s', (sought) => {
    const { [sought]: _, ...without } = whole
    const open = sought === 'action' ? without : { ...without, [sought]: { ...whole[sought], id: undefined } }
    expect(searchOf(sought, whole).asked).toEqual(searchOf(sought, open).asked)
    expect(searchOf(sought, { ...whole, [sought]: { ...whole[sought], id: 7 } }).asked).toEqual(
      searchOf(sought, whole).asked,
    )
  })

  test('becomes one question for each candidate, told in the spelling of the search', () => {
    const subject = searchOf('subject', { ...whole, subject: { type: 'Grant' } })
    expect(questionAbout(subject, 'G-0002')).toEqual({ ...whole, subject: { type: 'Grant', id: 'G-0002' } })
    expect(resultOf(subject, 'G-0002')).toEqual({ type: 'Grant', id: 'G-0002' })
    const action = searchOf('action', whole)
    expect(questionAbout(action, 'ticket:close')).toEqual({ ...whole, action: { name: 'ticket:close' } })
    expect(resultOf(action, 'ticket:close')).toEqual({ name: 'ticket:close' })
    const resource = searchOf('resource', whole)
    expect(questionAbout(resource, 'x').resource).toEqual({ type: 'resource', id: 'x' })
    expect(resultOf(resource, 'x')).toEqual({ type: 'resource', id: 'x' })
  })

  test('holds at most so many results a page, whatever is asked for', () => {
    const pageOf = (page: unknown) => {
      const { token, limit } = searchOf('subject', { ...whole, page })
      return { token, limit }
    }
    expect(pageOf({})).toEqual({ token: null, limit: MAX_RESULTS })
    expect(pageOf({ limit: 1e9 })).toEqual({ token: null, limit: MAX_RESULTS })
    expect(pageOf({ limit: 3, token: 't', properties: { sort: 'id' } })).toEqual({ token: 't', limit: 3 })
    // A client that sends back the empty token of a last page begins anew.
    expect(pageOf({ token: '' })).toEqual({ token: null, limit: MAX_RESULTS })
    expect(pageOf({ next_token: 'n' })).toEqual({ token: 'n', limit: MAX_RESULTS })
  })

  test.each([
    [null],
    [[]],
    [{ ...whole, subject: 'grant' }],
    [{ ...whole, subject: [] }],
    [{ ...whole, action: undefined }],
    [{ ...whole, resource: { type: 'resource' } }],
    [{ ...whole, page: [] }],
    [{ ...whole, page: null }],
    [{ ...whole, page: { limit: -1 } }],
    [{ ...whole, page: { token: 7 } }],
  ])('that cannot be read says why: %j', (body) => {
    expect(readSearch('subject', body)).toMatchObject({ ok: false, problem: expect.stringMatching(/\.$/) })
  })
})
