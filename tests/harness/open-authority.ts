import { makeAgent, SECRET, serveAuthority } from './authority'
import { freshDatabase } from './database'
import { buildWorld } from './world'

type More = Parameters<typeof serveAuthority>[0]

/** A world on a database of its own, the authority that serves it, and an agent that calls it. */
export async function openAuthority(more: More = {}) {
  const db = await freshDatabase()
  const world = await buildWorld()
  const authority = await serveAuthority(more)
  const agent = await makeAgent(world, authority.issuer)
  async function close() {
    await authority.close()
    await db.dispose()
  }
  return { db, world, authority, agent, close }
}
export type OpenAuthority = Awaited<ReturnType<typeof openAuthority>>

/** What use cases of people read of their surroundings, so that they speak of this authority. */
export function speakOf({ authority }: Pick<OpenAuthority, 'authority'>): void {
  process.env.COUNTERSIGN_SECRET = SECRET
  process.env.COUNTERSIGN_ISSUER = authority.issuer
}
