import { describe, expect, test } from 'vitest'
import { canonicalJson } from '@/lib/trail/canonical'
import { commitmentOf, entryParts, MAX_ENTRY_BYTES } from '@/lib/trail/entry'
import { leafHash, nodeHash, sha256 } from '@/lib/trail/hash'
import fc from '@/tests/harness/fast-check'

const AT = '2026-11-23T10:00:00.000Z'

/** The entry as the database puts it together. */
function entryOf(...[body, texts]: Parameters<typeof entryParts>): string {
  const { before, between, behind } = entryParts(body, texts)
  return `${before}${AT}${between}7${behind}`
}

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
  test('is canonical JSON with its time and its leaf, whatever else it holds', () => {
    const names = fc
      .stringMatching(/^[a-z]{1,6}$/)
      .filter((name) => !['at', 'leaf', 'v', 'texts'].includes(name))
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (body) => {
        const whole = { ...body, v: 1, at: AT, leaf: 7 }
        expect(entryOf(body, [])).toBe(canonicalJson(whole))
      }),
    )
    expect(entryOf({ absent: undefined, type: 'x' }, [])).toBe(
      canonicalJson({ type: 'x', v: 1, at: AT, leaf: 7 }),
    )
  })

  test('holds a text only as its commitment, which another salt changes', () => {
    const text = 'ask no questions'
    const entry = entryOf({ type: 'x' }, [{ name: 'reason', salt: SALT, text }])
    expect(entry).not.toContain(text)
    expect(JSON.parse(entry).texts.reason.sha256).toBe(commitmentOf({ salt: SALT, text }))
    expect(commitmentOf({ salt: new Uint8Array(16), text })).not.toBe(commitmentOf({ salt: SALT, text }))
    expect(entry).toBe(canonicalJson(JSON.parse(entry)))
  })

  test('over 32 KiB is refused, whatever its place will be', () => {
    const fits = (length: number) => () => entryOf({ data: 'x'.repeat(length) }, [])
    const around = Buffer.byteLength(entryOf({ data: '' }, []))
    expect(fits(MAX_ENTRY_BYTES - around - 15)).not.toThrow()
    expect(fits(MAX_ENTRY_BYTES - around - 14)).toThrow(RangeError)
    expect(fits(MAX_ENTRY_BYTES)).toThrow(RangeError)
  })
})
