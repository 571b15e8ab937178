// The three steps that other programs do: npm, Prisma and Next.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, runStep } from './run-step.mjs'
import { step, unchanged } from './say.mjs'
import { isCurrent, keepStamp, stampOf } from './stamps.mjs'

const CLIENT_SOURCES = ['prisma/schema.prisma', 'package-lock.json']
export const CONSOLE_SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'prisma/schema.prisma',
  'next.config.ts',
  'postcss.config.mjs',
  'proxy.ts',
  'package.json',
  'package-lock.json',
]
const NOT_THE_CONSOLE = ['lib/ops', 'lib/authority']

export async function installPackages() {
  if (isInstalled()) return unchanged('Packages')
  await step('Packages', 'installing, about a minute the first time', () =>
    // NODE_ENV=production would leave out the build tools.
    runStep('npm ci', npmScript(), ['ci', '--include=dev', '--no-audit', '--no-fund'], { NODE_ENV: '' }),
  )
}

export async function generateClient() {
  const stamp = stampOf(CLIENT_SOURCES)
  if (isCurrent('client', stamp, 'generated/prisma/client.ts')) return unchanged('Database client')
  // Prisma would download an engine that `generate` never uses: any program that exists keeps it from that.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  }
  await step('Database client', 'generating', () =>
    runStep('prisma generate', join(root, 'node_modules/prisma/build/index.js'), ['generate'], env),
  )
  keepStamp('client', stamp)
}

export async function buildConsole() {
  const stamp = stampOf(CONSOLE_SOURCES, NOT_THE_CONSOLE)
  const product = join(process.env.NEXT_DIST_DIR || '.next', 'BUILD_ID')
  if (isCurrent('console', stamp, product)) return unchanged('Console')
  const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  await step('Console', 'building, about a minute the first time', () =>
    runStep('next build', join(root, 'node_modules/next/dist/bin/next'), ['build'], env),
  )
  keepStamp('console', stamp)
}

/** npm leaves a copy of the lock in node_modules when it has finished: what is in both is installed. */
function isInstalled() {
  const wanted = lockAt('package-lock.json')
  const present = lockAt('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    const found = present[path]
    if (path === '' || link || (!found && optional)) return true
    return found?.version === version && existsSync(join(root, path))
  })
}

function lockAt(path) {
  const place = join(root, path)
  return existsSync(place) ? JSON.parse(readFileSync(place, 'utf8')).packages : {}
}

function npmScript() {
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js')
  const windows = join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js')
  const found = [process.env.npm_execpath, beside, windows].find(
    (path) => path?.endsWith('.js') && existsSync(path),
  )
  if (!found) throw new Error('npm was not found beside Node. Run: npm ci --include=dev')
  return found
}
