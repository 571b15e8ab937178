import { afterAll, beforeAll } from 'vitest'
import { makers } from './calls'
import { type FreshDatabase, freshDatabase } from './database'
import { buildWorld, type TestWorld } from './world'

// What a test file has in hand. Each file has this module to itself.
export let world: TestWorld
export let make: Awaited<ReturnType<typeof makers>>

/** A world on a database of its own, and everything anybody sends to its authority, for the tests of a file. */
export function withCalls(): void {
  let db: FreshDatabase
  beforeAll(async () => {
    db = await freshDatabase()
    world = await buildWorld()
    make = await makers(world)
  })
  afterAll(() => db.dispose())
}
