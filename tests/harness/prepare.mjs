// Brings a fresh clone to where tests can run: packages, Debian packages, generated code.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { findPostgresBinaries } from './postgres.mjs'

const POLICY_RC = '/usr/sbin/policy-rc.d'
export const CHROMIUM = '/usr/bin/chromium'

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** Whether node_modules holds what the lock says: compared by content, so an interrupted install is seen. */
function isInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false
  const wanted = readJson('package-lock.json').packages
  const found = readJson('node_modules/.package-lock.json').packages
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || found[path]?.version === version,
  )
}

/** `npm ci` where needed. @param {(command: string, args: string[]) => Promise<number>} run */
export async function installPackages(run) {
  if (isInstalled()) return true
  const npm = process.env.npm_execpath
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund']
  const code = npm ? await run(process.execPath, [npm, ...args]) : await run('npm', args)
  return code === 0
}

const NEEDS = {
  chromium: { isThere: () => existsSync(CHROMIUM), package: 'chromium' },
  postgresql: { isThere: () => findPostgresBinaries() !== null, package: 'postgresql' },
}

/** Installs missing Debian packages where that is allowed. Returns the names that are still missing. */
export async function installDebianPackages(names, run) {
  const missing = () => names.filter((name) => !NEEDS[name].isThere())
  if (missing().length === 0) return []
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return missing()
  // Debian starts a server it installs; ours are started by the tests alone.
  const mayForbidStart = !existsSync(POLICY_RC)
  if (mayForbidStart) writeFileSync(POLICY_RC, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const packages = missing().map((name) => NEEDS[name].package)
    await run('apt-get', ['update', '-q'])
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages])
  } finally {
    if (mayForbidStart) rmSync(POLICY_RC, { force: true })
  }
  return missing()
}

const STAMP = 'generated/stamp'

/** `prisma generate` where the schema or the packages changed. No engine is downloaded: it is not needed. */
export async function generateClient(run) {
  const hash = createHash('sha256')
  for (const file of ['prisma/schema.prisma', 'package-lock.json']) hash.update(readFileSync(file))
  const stamp = hash.digest('hex')
  const isFresh = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp
  if (isFresh && existsSync('generated/prisma/client.ts')) return true
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' }
  const code = await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], env)
  if (code !== 0) return false
  mkdirSync('generated', { recursive: true })
  writeFileSync(STAMP, stamp)
  return true
}
