// The runners of the test command, in the order they run.
import { mkdirSync, rmSync } from 'node:fs'
import { oneCheck, playwrightCounts, vitestCounts } from './counts.mjs'

const RESULTS = 'test-results'
const bin = (path) => `node_modules/${path}`

/** A tool that is right or wrong as a whole: one check. */
const tool = (name, ...steps) => ({
  name,
  needs: [],
  async run(node) {
    for (const [script, ...args] of steps) {
      const code = await node([bin(script), ...args])
      if (code !== 0) return oneCheck(code)
    }
    return oneCheck(0)
  },
})

const vitest = (name, project, needs = [], env = {}) => ({
  name,
  needs,
  async run(node) {
    const file = `${RESULTS}/${name.replace(':', '-')}.json`
    mkdirSync(RESULTS, { recursive: true })
    rmSync(file, { force: true })
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await node([bin('vitest/vitest.mjs'), 'run', '--project', project, ...reporters], env)
    return vitestCounts(file, code)
  },
})

const playwright = (name, needs, backend) => ({
  name,
  needs,
  async run(node) {
    const file = `${RESULTS}/${name.replace(':', '-')}.json`
    mkdirSync(RESULTS, { recursive: true })
    rmSync(file, { force: true })
    const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: file, BROWSER_BACKEND: backend }
    const code = await node([bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], env)
    return playwrightCounts(file, code)
  },
})

const build = {
  name: 'build',
  needs: [],
  run: async (node) => oneCheck(await node(['tests/harness/make-ready.mjs', '--build'])),
}

// What the examples of the documents are written with, and no package of ours.
const STRANGERS = ['python3-authlib', 'python3-requests']

export const RUNNERS = [
  tool('biome', ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings']),
  tool('tsc', ['next/dist/bin/next', 'typegen'], ['typescript/bin/tsc', '--noEmit', '-p', '.']),
  tool('knip', ['knip/bin/knip.js']),
  vitest('architecture', 'architecture'),
  vitest('unit', 'unit'),
  vitest('integration:embedded', 'integration', STRANGERS, { TEST_BACKEND: 'embedded' }),
  vitest('integration:postgres', 'integration', [...STRANGERS, 'postgresql'], { TEST_BACKEND: 'postgres' }),
  build,
  playwright('browser:embedded', ['chromium', 'openssl'], 'embedded'),
  playwright('browser:postgres', ['chromium', 'openssl', 'postgresql'], 'postgres'),
]

const QUICK = ['biome', 'tsc', 'architecture', 'unit']

/**
 * The runners asked for: all, the quick ones, or by name. `integration` and `browser` mean both
 * databases, and browsers are served what was built first.
 */
export function chooseRunners(args) {
  const flags = args.filter((arg) => arg.startsWith('-'))
  const named = args.filter((arg) => !arg.startsWith('-'))
  const unknownFlag = flags.find((flag) => flag !== '--quick')
  const unknown = named.find((name) => !RUNNERS.some((runner) => matches(runner, name)))
  if (unknownFlag || unknown) {
    const names = [...RUNNERS.map(({ name }) => name), 'integration', '--quick'].join(', ')
    throw new Error(`There is no runner "${unknownFlag ?? unknown}". The runners are ${names}.`)
  }
  const wanted = [...named, ...(flags.includes('--quick') ? QUICK : [])]
  if (wanted.length === 0) return RUNNERS
  if (wanted.some((name) => name.startsWith('browser'))) wanted.push('build')
  return RUNNERS.filter((runner) => wanted.some((name) => matches(runner, name)))
}

const matches = ({ name }, wanted) => name === wanted || name.split(':')[0] === wanted
