import { afterAll, beforeAll } from 'vitest'
import type { Actor } from '@/lib/domain/access'
import { type FreshDatabase, freshDatabase } from './database'
import { type DemoPeople, demoWorld } from './demo'

// Made before the tests of a file: whoever imports them reads those of the file that runs.
export let demo: DemoPeople
export let requester: Actor
export let approver: Actor
export let second: Actor

/** One demo tenant for the tests of a file, with who files and the two who sign for Security. */
export function withSigners(): void {
  let db: FreshDatabase
  beforeAll(async () => {
    db = await freshDatabase()
    demo = await demoWorld()
    requester = await demo.actor('requester')
    approver = await demo.actor('approver')
    second = await demo.actor('second-approver')
  })
  afterAll(() => db.dispose())
}
