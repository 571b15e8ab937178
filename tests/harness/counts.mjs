// Reads how many tests passed and failed from the reporters' own files. What did not run did not pass.
import { existsSync, readFileSync } from 'node:fs'

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)

/** One check that is either right or wrong. */
export const oneCheck = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })

/** A runner that ran nothing, or ended badly without naming a failure, has failed once. */
function honest({ passed, failed }, code) {
  if (failed === 0 && (passed === 0 || code !== 0)) return { passed, failed: 1 }
  return { passed, failed }
}

/** Counts of vitest's JSON reporter. A file that could not be loaded counts as one failure. */
export function vitestCounts(file, code) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length
  const leftOut = report.numPendingTests + report.numTodoTests
  return honest({ passed: report.numPassedTests, failed: report.numFailedTests + unloaded + leftOut }, code)
}

/** Counts of Playwright's JSON reporter. A test that passed only at a second try has failed. */
export function playwrightCounts(file, code) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return honest({ passed: expected, failed: unexpected + flaky + skipped + report.errors.length }, code)
}
