// Debian's own programs that the tests drive: installed where that is allowed, named where it is not.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findPostgresBinaries } from './postgres.mjs'

const POLICY_RC = '/usr/sbin/policy-rc.d'
const CHROMIUM = '/usr/bin/chromium'

const AUTHLIB = '/usr/lib/python3/dist-packages/authlib'

const isThere = {
  chromium: () => existsSync(CHROMIUM),
  openssl: () => existsSync('/usr/bin/openssl'),
  'python3-authlib': () => existsSync(AUTHLIB),
  'python3-requests': () => existsSync('/usr/lib/python3/dist-packages/requests'),
  postgresql: () => findPostgresBinaries() !== null,
}

/**
 * Installs missing Debian packages where that is allowed. Returns the names that are still missing.
 * @param {string[]} names
 * @param {(command: string, args: string[]) => Promise<number>} run
 */
export async function installDebianPackages(names, run) {
  const missing = () => names.filter((name) => !isThere[name]())
  const wanted = missing()
  if (wanted.length === 0) return []
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return wanted
  // Debian starts a server it installs; ours are started by the tests alone.
  const mayForbidStart = !existsSync(POLICY_RC)
  if (mayForbidStart) writeFileSync(POLICY_RC, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await run('apt-get', ['update', '-q'])
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...wanted])
  } finally {
    if (mayForbidStart) rmSync(POLICY_RC, { force: true })
  }
  return missing()
}
