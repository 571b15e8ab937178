import { expect, test } from 'vitest'
import { keptProofs } from '@/lib/domain/kept-proofs'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)

test('a proof is kept for a minute by the clock it is given, and not a moment longer', () => {
  const proofs = keptProofs<string>()
  const trust = {}
  proofs.keep(trust, 'hash', at(0), 'proof')
  expect(proofs.find(trust, 'hash', at(59.999))).toBe('proof')
  expect(proofs.find(trust, 'hash', at(60))).toBeUndefined()
})

test('under other trust nothing is known, equal or not', () => {
  const proofs = keptProofs<string>()
  proofs.keep({ key: 1 }, 'hash', at(0), 'proof')
  expect(proofs.find({ key: 1 }, 'hash', at(0))).toBeUndefined()
})

test('another text is another proof', () => {
  const proofs = keptProofs<string>()
  const trust = {}
  proofs.keep(trust, 'hash', at(0), 'proof')
  expect(proofs.find(trust, 'other', at(0))).toBeUndefined()
})

test('however many come, few are kept', () => {
  const proofs = keptProofs<number>()
  const trust = {}
  for (let index = 0; index < 10_000; index += 1) proofs.keep(trust, `hash ${index}`, at(0), index)
  const found = Array.from({ length: 10_000 }, (_, index) => proofs.find(trust, `hash ${index}`, at(0)))
  expect(found.filter((proof) => proof !== undefined).length).toBeLessThanOrEqual(4096)
  expect(found.at(-1)).toBe(9999)
})

test('what was asked and what was known is counted', () => {
  const proofs = keptProofs<string>()
  const trust = {}
  proofs.find(trust, 'hash', at(0))
  proofs.keep(trust, 'hash', at(0), 'proof')
  proofs.find(trust, 'hash', at(1))
  proofs.find(trust, 'hash', at(61))
  expect(proofs.counts()).toEqual({ asked: 3, kept: 1 })
})
