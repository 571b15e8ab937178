// Reads how many tests passed and failed from the reporters' own files. What did not run did not pass.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)

/** One check that is either right or wrong. */
export const oneCheck = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })

/** A runner that ran nothing, or ended badly without naming a failure, has failed once. */
function honest({ passed, failed }, code) {
  if (failed === 0 && (passed === 0 || code !== 0)) return { passed, failed: 1 }
  return { passed, failed }
}

// A message of Prisma begins empty, shows the question, and says at its end what became of it.
function shortly(message = '') {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const place = lines.findIndex((line) => line.startsWith('at '))
  return lines
    .slice(0, place < 0 ? 1 : place)
    .filter((_, n, said) => n === 0 || n === said.length - 1)
    .join(' ')
}
const fromHere = (file) => relative(process.cwd(), file)

/**
 * Counts of vitest's JSON reporter, and what failed by name. A file that could not be loaded counts as one
 * failure.
 */
export function vitestCounts(file, code) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const results = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((result) => ({ name, ...result })),
  )
  const failed = results.filter(({ status }) => status === 'failed')
  const unloaded = report.testResults.filter(
    ({ name, status }) => status === 'failed' && !failed.some((result) => result.name === name),
  )
  const leftOut = report.numPendingTests + report.numTodoTests
  const names = [
    ...failed.map(
      ({ name, fullName, failureMessages }) =>
        `${fromHere(name)} › ${fullName}: ${shortly(failureMessages?.[0])}`,
    ),
    ...unloaded.map(({ name, message }) => `${fromHere(name)}: ${shortly(message)}`),
  ]
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length + leftOut,
  }
  const end = honest(counts, code)
  return {
    ...end,
    names: end.failed > counts.failed ? [...names, 'outside of every test: see above'] : names,
  }
}

const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)]

/**
 * Counts of Playwright's JSON reporter, and what failed by name. A test that passed only at a second try has
 * failed.
 */
export function playwrightCounts(file, code) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky, skipped } = report.stats
  const names = [
    ...specsOf(report)
      .filter(({ tests }) => tests.some(({ status }) => status !== 'expected'))
      .map((spec) => `${spec.file} › ${spec.title}`),
    ...report.errors.map(({ message }) => shortly(message)),
  ]
  const counts = { passed: expected, failed: unexpected + flaky + skipped + report.errors.length }
  return { ...honest(counts, code), names }
}
