import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** Node cuts longer unix socket paths without a word, so a longer one is never used. */
const LONGEST_SOCKET_PATH = 100
const SOCKET_NAME = '.s.PGSQL.5432'

/** The folder of the unix socket that serves the database in `dataDir`: the same on every call. */
export function socketFolder(dataDir: string): string {
  const beside = join(resolve(dataDir), 'run')
  if (Buffer.byteLength(join(beside, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) return beside
  const name = `countersign-${userInfo().uid}-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)}`
  const inTemporary = join(tmpdir(), name)
  if (Buffer.byteLength(join(inTemporary, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) return inTemporary
  return join('/tmp', name)
}

export function socketPath(dataDir: string): string {
  return join(socketFolder(dataDir), SOCKET_NAME)
}

/** What `pg` and `@prisma/adapter-pg` take as DATABASE_URL. */
export function connectionString(dataDir: string): string {
  return `postgresql:///postgres?user=postgres&host=${encodeURIComponent(socketFolder(dataDir))}`
}

/**
 * Makes a folder only this account can enter.
 * The socket asks for no password: whoever reaches it is administrator of the database. A folder somebody
 * else made first (in a shared temporary directory) is therefore refused, never used.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const found = await lstat(path)
  const mine = found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0
  if (!mine)
    throw new Error(`The folder ${path} can be entered by other accounts. Remove it and start again.`)
}
