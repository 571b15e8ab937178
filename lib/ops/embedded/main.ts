import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { openLog } from '@/lib/serve/log'
import { GIVE_UP } from '../exit-codes'
import { connectionString, makePrivateFolder, socketFolder, socketPath } from './folder'
import { freeBytes, requireHeadroom, watchHeadroom } from './headroom'
import { openDatabase } from './initialise'
import { lockFolder } from './lock'
import { oneStatementAtATime } from './one-at-a-time'

// Several replicas never share an embedded database, so this is generous: pools of three or four processes.
const MOST_CONNECTIONS = 200

/** The embedded database's process: `main.ts <data dir> [template]`. Ready when it has sent its address. */
async function main(dataDir: string, template: string | undefined) {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await requireHeadroom(dataDir)
  const lock = await lockFolder(dataDir)
  let stopping = false
  let stopWatching = () => {}
  const db = await openDatabase(dataDir, template)
  const guarded = oneStatementAtATime(db, (fault) => {
    if (stopping) return
    openLog('database').fault('stopped working', fault)
    process.exit(1)
  })
  await makePrivateFolder(socketFolder(dataDir))
  await rm(socketPath(dataDir), { force: true })
  const server = new PGLiteSocketServer({
    db: guarded,
    path: socketPath(dataDir),
    maxConnections: MOST_CONNECTIONS,
  })
  const stop = async () => {
    if (stopping) return
    stopping = true
    stopWatching()
    await server.stop()
    await db.close()
    await rm(socketFolder(dataDir), { recursive: true, force: true })
    await lock.release()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
  await server.start()
  stopWatching = watchHeadroom({
    url: connectionString(dataDir),
    readFree: () => freeBytes(dataDir),
    say: (text) => console.error(text),
  })
  process.send?.({ url: connectionString(dataDir) })
}

const [folder, template] = process.argv.slice(2)
main(resolve(folder ?? '.data'), template).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(GIVE_UP)
})
