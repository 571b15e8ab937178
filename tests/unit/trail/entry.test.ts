import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '@/lib/trail/canonical'
import { commitmentOf, headAfter, MAX_ENTRY_BYTES, sealEntry } from '@/lib/trail/entry'
import { chainHash, leafHash, nodeHash, sha256 } from '@/lib/trail/hash'

const START = { nextLeaf: 0, chain: new Uint8Array(32) }
const SALT = new Uint8Array(16).fill(7)

describe('hashes', () => {
  test('a leaf and a node are those of RFC 6962', () => {
    // Known answers of the reference implementation of Certificate Transparency: the empty leaf, then its sibling.
    const empty = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    const second = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
    const root = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
    expect(leafHash('').toString('hex')).toBe(empty)
    expect(leafHash('\u0000').toString('hex')).toBe(second)
    expect(nodeHash(leafHash(''), leafHash('\u0000')).toString('hex')).toBe(root)
  })

  test('an entry that looks like a node is not hashed like one', () => {
    expect(leafHash('ab')).not.toEqual(sha256(Uint8Array.of(1), 'ab'))
  })
})

describe('an entry', () => {
  test('is canonical JSON, whatever the order of its members', () => {
    const a = sealEntry(START, { type: 'x', at: 'now', data: { b: 1, a: 2 } }, [])
    const b = sealEntry(START, { data: { a: 2, b: 1 }, at: 'now', type: 'x' }, [])
    expect(a).toEqual(b)
    expect(a.entry).toBe(canonicalJson(JSON.parse(a.entry)))
  })

  test('holds a text only as its commitment, which another salt changes', () => {
    const text = 'ask no questions'
    const { entry } = sealEntry(START, { type: 'x' }, [{ name: 'reason', salt: SALT, text }])
    expect(entry).not.toContain(text)
    expect(JSON.parse(entry).texts.reason.sha256).toBe(commitmentOf({ salt: SALT, text }))
    expect(commitmentOf({ salt: new Uint8Array(16), text })).not.toBe(commitmentOf({ salt: SALT, text }))
  })

  test('over 32 KiB is refused', () => {
    const fits = (length: number) => () => sealEntry(START, { data: 'x'.repeat(length) }, [])
    expect(fits(MAX_ENTRY_BYTES - 100)).not.toThrow()
    expect(fits(MAX_ENTRY_BYTES)).toThrow(RangeError)
  })

  test('changes its chain when anything before it changes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 20 }), fc.nat(), (texts, at) => {
        const chainOf = (list: readonly string[]) =>
          list.reduce<{ nextLeaf: number; chain: Uint8Array }>(
            (head, data) => headAfter(sealEntry(head, { data }, [])),
            START,
          )
        const changed = texts.map((text, index) => (index === at % texts.length ? `${text}!` : text))
        expect(chainOf(texts).nextLeaf).toBe(texts.length)
        expect(chainOf(changed).chain).not.toEqual(chainOf(texts).chain)
      }),
    )
  })

  test('follows the chain of the entry before', () => {
    const first = sealEntry(START, { type: 'x' }, [])
    const second = sealEntry(headAfter(first), { type: 'y' }, [])
    expect(second.leaf).toBe(1)
    expect(second.chain).toEqual(chainHash(first.chain, second.leafHash))
  })
})
