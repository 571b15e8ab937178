import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { oneCheck, playwrightCounts, vitestCounts } from '@/tests/harness/counts.mjs'
import { chooseRunners, RUNNERS } from '@/tests/harness/runners.mjs'

const folder = mkdtempSync(join(tmpdir(), 'countersign-counts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const report = (content: object) => {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
const vitest = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [] as object[],
}
const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }

describe('vitest', () => {
  test('counts what passed and failed', () => {
    const failed = { status: 'failed', fullName: 'the head is last', failureMessages: ['no head\n  at'] }
    const name = join(process.cwd(), 'tests/unit/head.test.ts')
    const testResults = [{ name, status: 'failed', assertionResults: [{ status: 'passed' }, failed] }]
    expect(vitestCounts(report(vitest), 0)).toEqual({ passed: 3, failed: 0, names: [] })
    expect(vitestCounts(report({ ...vitest, numFailedTests: 1, testResults }), 1)).toEqual({
      passed: 3,
      failed: 1,
      names: ['tests/unit/head.test.ts › the head is last: no head'],
    })
  })
  test('tells of a message in many lines how it begins and how it ends', () => {
    const said =
      '\nInvalid `grant.create()`:\n\n  129 await\n→ 130 create(\nUnique constraint failed\n    at Object'
    const failed = { status: 'failed', fullName: 'opens', failureMessages: [said] }
    const testResults = [
      { name: join(process.cwd(), 'a.test.ts'), status: 'failed', assertionResults: [failed] },
    ]
    expect(vitestCounts(report({ ...vitest, numFailedTests: 1, testResults }), 1)).toMatchObject({
      names: ['a.test.ts › opens: Invalid `grant.create()`: Unique constraint failed'],
    })
  })
  test('that ran nothing has failed', () => {
    expect(vitestCounts(report({ ...vitest, numPassedTests: 0 }), 0).failed).toBe(1)
  })
  test('that wrote no report has failed', () => {
    expect(vitestCounts(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 })
  })
  test('that ended badly without naming a failure has failed', () => {
    const names = ['outside of every test: see above']
    expect(vitestCounts(report(vitest), 1)).toEqual({ passed: 3, failed: 1, names })
  })
  test('counts a file that could not be loaded and a test left out', () => {
    const name = join(process.cwd(), 'tests/unit/gone.test.ts')
    const testResults = [{ name, status: 'failed', message: 'No such import\n  at', assertionResults: [] }]
    expect(vitestCounts(report({ ...vitest, testResults, numPendingTests: 2 }), 1)).toEqual({
      passed: 3,
      failed: 3,
      names: ['tests/unit/gone.test.ts: No such import'],
    })
  })
})

describe('Playwright', () => {
  test('counts what passed, failed, passed late and was left out', () => {
    expect(playwrightCounts(report({ stats, errors: [] }), 0)).toEqual({ passed: 3, failed: 0, names: [] })
    const worse = { expected: 3, unexpected: 1, flaky: 1, skipped: 1 }
    const spec = (title: string, status: string) => ({ file: 'story.spec.ts', title, tests: [{ status }] })
    const suites = [
      { specs: [spec('is told', 'expected')], suites: [{ specs: [spec('is late', 'flaky')] }] },
      { specs: [spec('is wrong', 'unexpected')] },
    ]
    const told = playwrightCounts(report({ stats: worse, suites, errors: [{ message: 'no\nserver' }] }), 1)
    expect(told).toEqual({
      passed: 3,
      failed: 4,
      names: ['story.spec.ts › is late', 'story.spec.ts › is wrong', 'no'],
    })
  })
  test('that ran nothing has failed', () => {
    expect(playwrightCounts(report({ stats: { ...stats, expected: 0 }, errors: [] }), 0).failed).toBe(1)
  })
})

test('a tool is one check', () => {
  expect(oneCheck(0)).toEqual({ passed: 1, failed: 0 })
  expect(oneCheck(2)).toEqual({ passed: 0, failed: 1 })
})

describe('the runners asked for', () => {
  const names = (...args: string[]) => chooseRunners(args).map(({ name }) => name)
  test('are all, in their order, when none is named', () => {
    expect(chooseRunners([])).toEqual(RUNNERS)
  })
  test('are both backends for integration, and a build before the browser', () => {
    expect(names('integration')).toEqual(['integration:embedded', 'integration:postgres'])
    expect(names('browser', 'unit')).toEqual(['unit', 'build', 'browser:embedded', 'browser:postgres'])
  })
  test('are refused by name when there is no such runner', () => {
    expect(() => chooseRunners(['units'])).toThrow(/no runner "units"/)
    expect(() => chooseRunners(['--fast'])).toThrow(/no runner "--fast"/)
  })
})
