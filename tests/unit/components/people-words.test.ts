import { expect, test } from 'vitest'
import { endingWords, leavingWords, waitingWords } from '@/components/people/words'

test.each([
  [{ waiting: 0, stuck: 0 }, 'nothing', 'Nothing waits for Security.'],
  [{ waiting: 1, stuck: 0 }, '1 request waits.', '1 request waits for Security; others can sign.'],
  [
    { waiting: 2, stuck: 2 },
    '2 requests wait. There are too few left to sign.',
    '2 requests wait for Security; nobody else can sign.',
  ],
  [
    { waiting: 3, stuck: 1 },
    '3 requests wait. There are too few left to sign 1 of them.',
    '3 requests wait for Security; nobody else can sign 1 of them.',
  ],
])('%o', (outlook, now, without) => {
  expect(waitingWords(outlook)).toBe(now)
  expect(leavingWords('Security', outlook)).toBe(without)
})

test('what ends with a person is counted, and what there is none of is not named', () => {
  expect(endingWords({ signIns: 2, requests: 1, grants: 0, votes: 1 })).toEqual([
    '2 sign-ins',
    '1 open request, withdrawn',
    '1 signature on waiting requests, void',
  ])
  expect(endingWords({ signIns: 0, requests: 0, grants: 0, votes: 0 })).toEqual([])
})
