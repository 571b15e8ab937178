import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { projectRoot } from '../entry'
import { exists } from './initialise'
import { type Embedded, startEmbedded } from './start'

const TEMPLATE = join(projectRoot, 'node_modules/.cache/countersign/pglite-0.5.14')

/** An empty embedded database of its own, in its own process, removed when stopped. */
export async function startThrowaway(): Promise<Embedded> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-'))
  const embedded = await startEmbedded(dir, { template: await pristineDatabase() })
  const stop = async () => {
    await embedded.stop()
    await rm(dir, { recursive: true, force: true })
  }
  return { ...embedded, stop }
}

/** PostgreSQL's own initialisation takes seconds, copying its result a tenth: it is done once and kept. */
export async function pristineDatabase(): Promise<string> {
  if (await exists(TEMPLATE)) return TEMPLATE
  const unfinished = `${TEMPLATE}.new-${process.pid}`
  await mkdir(join(TEMPLATE, '..'), { recursive: true })
  await (await PGlite.create(unfinished)).close()
  // Of two that made it at once, one takes the name and the other's is not needed.
  await rename(unfinished, TEMPLATE).catch(() => rm(unfinished, { recursive: true, force: true }))
  return TEMPLATE
}
