import { describe, expect, test } from 'vitest'
import { findViolations, isCode } from './checker/check'
import { ADDRESSES, LAYERS } from './checker/layers'
import { countCode, listFiles, readText } from './checker/tree'

const paths = listFiles()
const files = new Map(paths.map((path) => [path, isCode(path) ? readText(path) : '']))

describe('the table of layers', () => {
  test('holds for every import of the product', () => {
    const { violations, read } = findViolations(files)
    expect(violations.map(({ rule, path, line, says }) => `${path}:${line} ${rule}: ${says}`)).toEqual([])
    expect(read).toBeGreaterThanOrEqual(countCode())
    expect(read).toBeGreaterThan(0)
  })

  test('names no folder twice and every address in it exists in the table', () => {
    const folders = Object.keys(LAYERS)
    for (const { only } of ADDRESSES)
      for (const place of only) expect(folders.some((folder) => place.startsWith(folder))).toBe(true)
  })
})
