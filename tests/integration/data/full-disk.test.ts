import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { availability, isReadOnlyFault } from '@/lib/data/availability'
import { database, pool } from '@/lib/data/database'
import { type Pulse, startPulse } from '@/lib/data/pulse'
import { watchHeadroom } from '@/lib/ops/embedded/headroom'
import { until } from '@/lib/ops/supervision/ready'
import {
  makeAgent,
  refusalOf,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld } from '@/tests/harness/demo'
import { buildWorld, grantTask, SERVERS } from '@/tests/harness/world'

// F3: the disk is full. Reads go on, writes are refused in words, and they go on when there is space.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const PATIENCE_MS = 15_000
const PLENTY = 10 ** 12

let db: FreshDatabase
let demo: DemoPeople
let authority: TestAuthority
let agent: TestAgent
let grantId: string
let pulse: Pulse
let free = PLENTY
let stopWatching = () => {}

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  const world = await buildWorld()
  authority = await serveAuthority()
  agent = await makeAgent(world, authority.issuer)
  grantId = (await grantTask(world)).grantId
  if (db.backend === 'embedded')
    stopWatching = watchHeadroom({ url: db.url, readFree: async () => free, say: () => {}, everyMs: 50 })
  pulse = startPulse()
})
afterAll(async () => {
  stopWatching()
  await pulse.stop()
  await authority.close()
  await db.dispose()
})

// A served database says it like this, whatever the table; the embedded one is watched from its own process.
const FULL = `
  create function no_space() returns trigger language plpgsql as $$ begin
    raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
  create trigger no_space before insert on trail_event for each statement execute function no_space();
  create trigger no_space before insert on used_once for each statement execute function no_space();
  create trigger no_space before insert on signing_nonce for each statement execute function no_space();`

async function fill() {
  free = 0
  if (db.backend === 'postgres') await pool().query(FULL)
}

async function makeSpace() {
  free = PLENTY
  if (db.backend === 'postgres') await pool().query('drop function no_space cascade')
}

const is = (state: string) => until(state, async () => availability() === state, PATIENCE_MS)

test('reads go on, writes are refused as read-only, and both go on when there is space', async () => {
  await is('open')
  const requester = await demo.actor('requester')
  const mandate = await agent.mandateOf(grantId)
  await demo.file('summarise-a-ticket', requester)
  await fill()
  if (db.backend === 'embedded') await is('read-only')
  const fault = await demo.file('summarise-a-ticket', requester).catch((error: unknown) => error)
  expect(isReadOnlyFault(fault)).toBe(true)
  await is('read-only')
  expect(await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))).toMatchObject({
    status: 503,
    reason: 'unavailable',
    error_description: 'The database takes no changes now. Nothing was issued or ended. Try again later.',
  })
  expect(await database().request.count()).toBe(2)
  expect((await fetch(`${authority.issuer}/.well-known/jwks.json`)).status).toBe(200)
  await makeSpace()
  await is('open')
  await demo.file('summarise-a-ticket', requester)
  expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).expires_in).toBe(300)
  expect(await database().request.count()).toBe(3)
})
