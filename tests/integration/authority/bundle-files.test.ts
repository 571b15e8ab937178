import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { addActor } from '@/tests/harness/administrators'
import {
  makeAgent,
  refusalOf,
  SECRET,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { issued } from '@/tests/harness/issuers'
import { startReplica } from '@/tests/harness/replica'
import {
  buildWorld,
  grantTask,
  type KeyOfTests,
  keyPair,
  SERVERS,
  type TestWorld,
} from '@/tests/harness/world'

// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 500_000, hookTimeout: 180_000 })

const DOMAIN = 'filed.example'
const FILE = 'agents.json'

let root: string
let folder: string
let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let replica: Awaited<ReturnType<typeof startReplica>>
let agent: TestAgent
let mandate: string
let alone: Actor
let first: KeyOfTests
let second: KeyOfTests

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-files-'))
  folder = join(root, 'bundles')
  await mkdir(folder)
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_ISSUER: authority.issuer,
    COUNTERSIGN_BUNDLES: folder,
  })
  // The one that reads. The authority of this process does not, and sees what it read.
  replica = await startReplica(db, authority.issuer)
  agent = await makeAgent(world, authority.issuer)
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
  alone = await addActor(world, 'Alone')
  ;[first, second] = [await keyPair('jwt-svid'), await keyPair('jwt-svid')]
})
afterAll(async () => {
  await replica.stop()
  await authority.close()
  await db.dispose()
  await rm(root, { recursive: true, force: true })
})

const bundle = (spiffe_sequence: number, ...keys: KeyOfTests[]) =>
  JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk), spiffe_sequence })

/** Replaces the file whole, as whoever writes bundles does. */
async function write(text: string) {
  await writeFile(join(root, 'new'), text)
  await rename(join(root, 'new'), join(folder, FILE))
}

const put = (file: string, by = alone, more: { bundle?: string; url?: string } = {}) =>
  proposeTrust(by, actOf(by), { kind: 'domain', name: DOMAIN, bundle: '', url: '', file, ...more })

async function outcome(key: KeyOfTests): Promise<string> {
  const claims = { sub: `spiffe://${DOMAIN}/env/staging/agent/triage`, aud: authority.issuer }
  const asked = agent.exchange({ mandate, resource: SERVERS.tickets, svid: await issued(key, claims) })
  return asked.then(
    () => 'issued',
    async () => (await refusalOf(asked)).reason ?? '',
  )
}

const row = () => database().trustDomain.findUniqueOrThrow({ where: { name: DOMAIN } })

/** Has the file read again until this holds: a round that began before may have read what was there before. */
async function readUntil(holds: () => Promise<boolean>): Promise<void> {
  const check = async () => {
    if (await holds()) return true
    await database().trustDomain.update({ where: { name: DOMAIN }, data: { nextRefresh: new Date(0) } })
    await database().lease.deleteMany({ where: { name: 'trust bundles' } })
    return false
  }
  await expect.poll(check, { timeout: 120_000, interval: 200 }).toBe(true)
}

test('a file is named by its plain name in the operator’s folder, and by nothing else', async () => {
  await writeFile(join(root, 'outside.json'), bundle(1, first))
  await symlink(join(root, 'outside.json'), join(folder, 'out.json'))
  for (const file of [
    '../outside.json',
    join(root, 'outside.json'),
    'out.json',
    '/etc/passwd',
    'absent.json',
  ])
    expect(await put(file)).toMatchObject({
      refusal: { fields: { file: 'The folder of bundles holds no such file that can be read.' } },
    })
  expect(await put(FILE, alone, { bundle: '{}' })).toMatchObject({
    refusal: { fields: { bundle: expect.any(String) } },
  })
  const requester = await addActor(world, 'Requester', 'requester')
  await write(bundle(1, first))
  expect(no(await put(FILE, requester))).toBe('not_allowed')
})

test('its keys are believed, and later ones of the same file once they are read', async () => {
  expect(yes(await put(FILE)).state).toBe('activated')
  expect(await row()).toMatchObject({ bundleUrl: `file:${FILE}`, problem: null })
  const { triage: agentId } = world.agents
  await database().agentIdentity.create({
    data: { id: newId('IdentityId'), agentId, trustDomain: DOMAIN, workload: 'agent/triage' },
  })
  expect(await outcome(first)).toBe('issued')
  await write(bundle(2, second))
  await readUntil(async () => (await row()).version === 2)
  expect([await outcome(first), await outcome(second)]).toEqual(['actor_untrusted', 'issued'])
  const events = await database().trailEvent.findMany({ where: { type: 'trust.refreshed' } })
  expect(events.map(({ entry }) => entry.includes(`from the file ${FILE}`))).toEqual([true])
})

test('an older one, and none, leave the last good one in force and say why', async () => {
  await write(bundle(1, first))
  await readUntil(async () => (await row()).problem?.includes('the sequence is lower') ?? false)
  expect([await outcome(first), await outcome(second)]).toEqual(['actor_untrusted', 'issued'])
  await rm(join(folder, FILE))
  await readUntil(async () => (await row()).problem?.includes('holds no such file') ?? false)
  expect(await outcome(second)).toBe('issued')
  await write(bundle(3, first))
  await readUntil(async () => (await row()).problem === null)
  expect([await outcome(first), await outcome(second)]).toEqual(['issued', 'actor_untrusted'])
})
