// A throwaway PostgreSQL for tests: its own folder, its own port on loopback, real durability settings,
// gone without a trace afterwards.
import { execFile, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startGuarded } from './guarded.mjs'
import { freePort } from './ports.mjs'

const DEBIAN_FOLDER = '/usr/lib/postgresql'
const OLDEST_MAJOR = 15
const START_TIMEOUT_MS = 120_000
const run = promisify(execFile)

/** The folder with initdb and postgres, or null when no PostgreSQL of at least version 15 is installed. */
export function findPostgresBinaries() {
  const majors = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).map(Number) : []
  const newestFirst = majors.filter((major) => major >= OLDEST_MAJOR).sort((a, b) => b - a)
  const bins = newestFirst.map((major) => join(DEBIAN_FOLDER, String(major), 'bin'))
  // A folder alone is not a server: removed packages and client packages leave one behind.
  return [...bins, configuredFolder()].find((bin) => bin && existsSync(join(bin, 'initdb'))) ?? null
}

function configuredFolder() {
  try {
    return execFileSync('pg_config', ['--bindir'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

/** PostgreSQL refuses to run as root, so root lends it an unprivileged account. */
function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = ['postgres', 'nobody'].map((name) => accounts.find(([n]) => n === name)).find(Boolean)
  if (!found) throw new Error('PostgreSQL refuses to run as root, and there is no account postgres or nobody')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

async function untilReady(bin, port, server, log) {
  const deadline = Date.now() + START_TIMEOUT_MS
  let ended = false
  server.ended.then(() => (ended = true))
  while (Date.now() < deadline && !ended) {
    try {
      await run(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)])
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const said = readFileSync(log, 'utf8')
  await server.stop()
  throw new Error(`PostgreSQL did not start:\n${said}`)
}

/**
 * Starts one. `url(name)` is the address of a database in it; `kill()` ends it as a power cut would, `start()`
 * brings it back on the same port with the same data; `stop()` ends it and deletes its folder.
 */
export async function startPostgres() {
  const bin = findPostgresBinaries()
  if (!bin) throw new Error('PostgreSQL 15 or newer is not installed (Debian package: postgresql)')
  const account = unprivilegedAccount()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pg-'))
  if (account) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  let server
  const start = async (port) => {
    server = await launch({ bin, data, folder, port, account })
  }
  try {
    const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
    await run(join(bin, 'initdb'), options, { cwd: folder, ...account })
    const port = await freePort()
    await start(port)
    const kill = async () => {
      const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await server.ended
    }
    const stop = async () => {
      await server.stop()
      remove()
    }
    return {
      port,
      folder,
      bin,
      account,
      url: (name = 'postgres') => `postgresql://postgres@127.0.0.1:${port}/${name}`,
      kill,
      start: () => start(port),
      stop,
    }
  } catch (error) {
    remove()
    throw error
  }
}

const SETTINGS = ['fsync=on', 'synchronous_commit=on', 'max_connections=200', 'shared_buffers=64MB']

async function launch({ bin, data, folder, port, account }) {
  const log = join(folder, 'log')
  const where = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder]
  const server = startGuarded(join(bin, 'postgres'), [...where, ...SETTINGS.flatMap((s) => ['-c', s])], {
    ...{ cwd: folder, output: openSync(log, 'a'), stopSignal: 'SIGINT', removes: folder, account },
  })
  await untilReady(bin, port, server, log)
  return server
}
