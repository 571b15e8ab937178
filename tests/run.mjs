// The test command. It installs what it needs, runs every runner in order and ends with one line,
// `N passed, N failed`. Nothing it starts outlives it.
//   npm test                         everything
//   npm test -- unit integration     these runners
//   npm test -- --quick              what proves most in a minute
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { startGuarded } from './harness/guarded.mjs'
import { endLeftovers } from './harness/leftovers.mjs'
import { installDebianPackages } from './harness/prepare.mjs'
import { chooseRunners } from './harness/runners.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const runId = randomUUID()
const table = []
// Of each runner: what failed is said again at the end, where whoever reads the end of a long log looks.
const MOST_NAMED = 20
let current

// What the caller's shell says about a running product is not for the tests.
const inherited = Object.entries(process.env).filter(
  ([name]) =>
    !/^(COUNTERSIGN_|DATABASE_URL$|NODE_ENV$|PG[A-Z]+$|(CONSOLE|AUTHORITY)_PORT$|DEMO_PORT_BASE$|METRICS_PORT$)/.test(
      name,
    ),
)
const baseEnv = {
  ...Object.fromEntries(inherited),
  CI: 'true',
  NEXT_TELEMETRY_DISABLED: '1',
  DEBIAN_FRONTEND: 'noninteractive',
  TEST_RUN_ID: runId,
}

async function run(command, args, env = {}) {
  current = startGuarded(command, args, { env: { ...baseEnv, ...env } })
  const code = await current.ended
  current = undefined
  return code
}
const node = (args, env) => run(process.execPath, args, env)

function note(name, counts, startedAt, says = '') {
  table.push({ name, ...counts, seconds: (Date.now() - startedAt) / 1000, says })
}

function printEnd() {
  for (const { name, names = [] } of table)
    for (const failed of names.slice(0, MOST_NAMED)) console.log(`failed in ${name}: ${failed.slice(0, 300)}`)
  const width = Math.max(...table.map(({ name }) => name.length), 8)
  console.log(`\n${'runner'.padEnd(width)}  passed  failed  seconds`)
  for (const { name, passed, failed, seconds, says } of table) {
    const numbers = [passed, failed, seconds.toFixed(1)].map((cell, at) =>
      String(cell).padStart(at === 2 ? 9 : 8),
    )
    console.log(`${name.padEnd(width)}${numbers.join('')}${says && `  ${says}`}`)
  }
  const sum = (key) => table.reduce((total, row) => total + row[key], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 ? 0 : 1
}

async function prepare(runners) {
  const startedAt = Date.now()
  if ((await node(['tests/harness/make-ready.mjs'])) !== 0) {
    note('prepare', { passed: 0, failed: 1 }, startedAt, 'packages or generated code are missing')
    return undefined
  }
  const missing = await installDebianPackages([...new Set(runners.flatMap(({ needs }) => needs))], run)
  return { missing }
}

async function runOne(runner, missing) {
  const startedAt = Date.now()
  const lacks = runner.needs.filter((need) => missing.includes(need))
  console.log(`\n=== ${runner.name} ===`)
  if (lacks.length > 0)
    return note(
      runner.name,
      { passed: 0, failed: 1 },
      startedAt,
      `needs the Debian package ${lacks.join(', ')}`,
    )
  const counts = await runner.run(node)
  const left = await endLeftovers(runId)
  for (const { pid, command } of left) console.log(`left running: ${pid} ${command}`)
  if (left.length === 0) return note(runner.name, counts, startedAt)
  note(
    runner.name,
    { ...counts, failed: counts.failed + 1 },
    startedAt,
    `left ${left.length} processes running`,
  )
}

async function interrupted(signal) {
  await current?.stop()
  await endLeftovers(runId, 500)
  note('interrupted', { passed: 0, failed: 1 }, Date.now(), signal)
  printEnd()
  process.exit(130)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void interrupted(signal))

try {
  const runners = chooseRunners(process.argv.slice(2))
  const prepared = await prepare(runners)
  if (prepared) for (const runner of runners) await runOne(runner, prepared.missing)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  note('test command', { passed: 0, failed: 1 }, Date.now(), 'stopped early')
}
process.exitCode = printEnd()
