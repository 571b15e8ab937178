import { afterAll, beforeAll } from 'vitest'
import { makeAgent, SECRET, serveAuthority, type TestAgent, type TestAuthority } from './authority'
import { type FreshDatabase, freshDatabase } from './database'
import { buildWorld, type TestWorld } from './world'

// What a test file has in hand. Each file has this module to itself.
export let db: FreshDatabase
export let world: TestWorld
export let authority: TestAuthority
export let agent: TestAgent

/** A world on a database of its own, the authority that serves it, and an agent that calls it, for the tests of a file. */
export function withAuthority(more: Parameters<typeof serveAuthority>[0] = {}): void {
  beforeAll(async () => {
    db = await freshDatabase()
    world = await buildWorld()
    authority = await serveAuthority(more)
    agent = await makeAgent(world, authority.issuer)
  })
  afterAll(async () => {
    await authority.close()
    await db.dispose()
  })
}

/** What use cases of people read of their surroundings, so that they speak of this authority. */
export function speakOfAuthority(): void {
  process.env.COUNTERSIGN_SECRET = SECRET
  process.env.COUNTERSIGN_ISSUER = authority.issuer
}
