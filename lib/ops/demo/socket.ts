import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writePrivate } from './folder'

// Node cuts longer unix socket paths without a word.
const PATH_BYTES = 100

export type SocketPlace = { path: string; leave: () => Promise<void> }

/** Finds a usable socket path and writes it where clients look for it. */
export async function openSocketPlace(dir: string): Promise<SocketPlace> {
  const wanted = join(dir, 'workload.sock')
  const path = Buffer.byteLength(wanted) <= PATH_BYTES ? wanted : await temporaryPath()
  if (await answers(path)) throw new Error(`Another demo trust domain already listens on ${path}.`)
  await rm(path, { force: true })
  await writePrivate(join(dir, 'workload-socket.txt'), `${path}\n`)
  const leave = async () => {
    await rm(path, { force: true })
    if (path !== wanted) await rm(dirname(path), { recursive: true, force: true })
  }
  return { path, leave }
}

export async function closeToOthers(path: string): Promise<void> {
  await chmod(path, 0o600)
}

async function temporaryPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'countersign-demo-')), 'workload.sock')
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}
