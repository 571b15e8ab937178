import { describe, expect, it } from 'vitest'
import { answerState, foundWords, type IssuerAnswer, isOnItsWay } from '@/lib/domain/issuer-answer'

const at = new Date('2026-11-26T10:00:00Z')
const keys = (...kids: string[]) => kids.map((kid) => ({ kid }))
const two = { ok: true, keys: [{ kid: 'a' }, {}], unused: 0 } as const
const wrong = { ok: false, problem: 'It answers with status 503.' } as const
const asked = (found: typeof two | typeof wrong, isAsking = false): IssuerAnswer => ({
  ...{ kind: 'asked', found, at, isAsking },
})

describe('how an issuer answers', () => {
  it.each<[string, IssuerAnswer, object]>([
    ['nobody knows yet', { kind: 'asking' }, { tone: 'neutral', label: 'Being asked', says: '' }],
    ['with keys', asked(two), { tone: 'good', label: '2 usable keys', says: 'a, without a name' }],
    [
      'with nothing of use',
      asked(wrong),
      {
        ...{ tone: 'bad', label: 'Gives no usable keys' },
        says: expect.stringMatching(/^It answers with status 503\. .*an hour at most.*“Change”\.$/),
      },
    ],
    [
      'is not asked where its keys were pasted',
      { kind: 'pasted', found: { ...two, unused: 1 } },
      {
        ...{ tone: 'good', label: '2 usable keys of 3' },
        says: 'Pasted: it is asked for no others.',
      },
    ],
    [
      'is not asked where nothing that was pasted is of use',
      { kind: 'pasted', found: wrong },
      {
        ...{ tone: 'bad', label: 'No usable keys' },
        says: 'It answers with status 503. Paste others with “Change”.',
      },
    ],
  ])('%s', (_, answer, state) => {
    expect(answerState(answer)).toEqual(state)
  })

  it('is looked at again only while an answer is on its way', () => {
    expect(isOnItsWay({ kind: 'asking' })).toBe(true)
    expect(isOnItsWay(asked(two, true))).toBe(true)
    expect(isOnItsWay(asked(two))).toBe(false)
    expect(isOnItsWay({ kind: 'pasted', found: two })).toBe(false)
  })
})

describe('what came of asking', () => {
  it('is one sentence, with how many keys can be used and the first of their names', () => {
    expect(foundWords({ ok: true, keys: keys('a'), unused: 2 })).toBe('It answers with 1 usable key of 3: a.')
    expect(foundWords(wrong)).toBe('It gives no usable keys. It answers with status 503.')
    const many = keys(...Array.from({ length: 20 }, (_, index) => `k${index}`))
    expect(foundWords({ ok: true, keys: many, unused: 0 })).toBe(
      'It answers with 20 usable keys: k0, k1, k2, k3, k4, k5, k6, k7 and 12 more.',
    )
  })
})
