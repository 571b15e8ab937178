import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { newClientSecret } from '@/lib/identity/client-secret'
import { noteRepeats } from '@/lib/usecases/sweep/note-repeats'
import { isActiveAt } from '@/tests/harness/at-replica'
import { makeAgent, serveAuthority, type TestAgent, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { startReplica } from '@/tests/harness/replica'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// A question that is asked again within a minute and answered the same is counted, and read anew each time.

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let agent: TestAgent
let grantId: string
let token: string

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  agent = await makeAgent(world, authority.issuer)
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})
beforeEach(async () => {
  grantId = (await grantTask(world)).grantId
  token = (await agent.exchange({ mandate: await agent.mandateOf(grantId), resource: SERVERS.tickets }))
    .access_token
})

const at = (url = authority.issuer) => ({ world, issuer: authority.issuer, url })
const ask = async (times: number, url?: string) => {
  const answers: unknown[] = []
  for (let one = 0; one < times; one += 1) answers.push(await isActiveAt(at(url), token))
  return answers
}

async function events() {
  const rows = await database().trailEvent.findMany({
    where: { grantId, type: { in: ['credential.asked', 'credential.asked_again'] } },
    orderBy: { leaf: 'asc' },
  })
  return rows.map(({ type, entry }) => {
    const { active, repeats } = JSON.parse(entry).data
    return [type, active, repeats ?? 0]
  })
}

const revoke = () =>
  pool().query(`update permission_grant set state = 'revoked', ended = now() where id = $1`, [grantId])

describe('the trail', () => {
  test('has the first question, the changed answer with the count before it, and what is left over', async () => {
    expect(await ask(5)).toEqual(Array(5).fill(true))
    expect(await events()).toEqual([['credential.asked', true, 0]])
    await revoke()
    expect(await ask(4)).toEqual(Array(4).fill(false))
    expect(await events()).toEqual([
      ['credential.asked', true, 0],
      ['credential.asked', false, 4],
    ])
    await noteRepeats({ all: true })
    await noteRepeats({ all: true })
    expect((await events())[2]).toEqual(['credential.asked_again', false, 3])
    expect(await events()).toHaveLength(3)
  })

  test('loses no count when it cannot be written', async () => {
    await ask(3)
    await pool().query('alter table trail_event add constraint none check (false) not valid')
    await expect(noteRepeats({ all: true })).rejects.toThrow()
    await pool().query('alter table trail_event drop constraint none')
    await noteRepeats({ all: true })
    expect(await events()).toEqual([
      ['credential.asked', true, 0],
      ['credential.asked_again', true, 2],
    ])
  })

  test('a first question and a changed answer are not answered without their event', async () => {
    await pool().query('alter table trail_event add constraint none check (false) not valid')
    try {
      expect(await isActiveAt(at(), token)).toBe(503)
    } finally {
      await pool().query('alter table trail_event drop constraint none')
    }
    expect(await ask(2)).toEqual([true, true])
    await revoke()
    await pool().query('alter table trail_event add constraint none check (false) not valid')
    try {
      expect(await isActiveAt(at(), token)).toBe(503)
    } finally {
      await pool().query('alter table trail_event drop constraint none')
    }
    expect(await isActiveAt(at(), token)).toBe(false)
    expect((await events()).at(-1)).toEqual(['credential.asked', false, 1])
  })

  test('of every question at once each is an event or counted', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => isActiveAt(at(), token)))
    expect(answers).toEqual(Array(40).fill(true))
    await noteRepeats({ all: true })
    const told = (await events()).map(
      ([type, , repeats]) => Number(repeats) + (type === 'credential.asked' ? 1 : 0),
    )
    expect(told.reduce((sum, one) => sum + one, 0)).toBe(40)
  })
})

test('what is revoked in one process is refused by the next question in another that has just said yes', {
  timeout: 120_000,
}, async () => {
  const [one, other] = await Promise.all([1, 2].map(() => startReplica(db, authority.issuer)))
  if (!one || !other) throw new Error('There are two replicas.')
  try {
    for (let round = 0; round < 8; round += 1) {
      grantId = (await grantTask(world)).grantId
      const mandate = await agent.mandateOf(grantId)
      token = (await agent.exchange({ mandate, resource: SERVERS.tickets })).access_token
      expect(await ask(2, one.url)).toEqual([true, true])
      expect(await ask(2, other.url)).toEqual([true, true])
      // Asked all the while: those that were asked before the answer to the revocation may still be yes.
      const during = Promise.all(Array.from({ length: 20 }, () => isActiveAt(at(one.url), token)))
      await agent.call('POST', `/grants/${grantId}/complete`)
      const after = Array.from({ length: 10 }, () => isActiveAt(at(one.url), token))
      expect(await Promise.all(after)).toEqual(Array(10).fill(false))
      expect(await ask(2, other.url)).toEqual([false, false])
      await during
    }
  } finally {
    await Promise.all([one, other].map(({ stop }) => stop()))
  }
  // Their last counts are written as they leave.
  const told = (await events()).filter(([type]) => type === 'credential.asked_again')
  expect(told.length).toBeGreaterThan(0)
})

test('a warm question spends its assertion, and a client secret ended meanwhile is refused', async () => {
  await ask(2)
  const { secret, secretHash } = newClientSecret()
  const set = (hash: string | null) =>
    pool().query('update resource_server set secret_hash = $1, secret_made = now() where identifier = $2', [
      hash,
      SERVERS.tickets,
    ])
  const basic = `Basic ${Buffer.from(`${encodeURIComponent(SERVERS.tickets)}:${secret}`).toString('base64')}`
  const byBasic = async () => {
    const sent = { method: 'POST', body: new URLSearchParams({ token }), headers: { authorization: basic } }
    return (await fetch(`${authority.issuer}/oauth/introspect`, sent)).status
  }
  await set(secretHash)
  expect([await byBasic(), await byBasic()]).toEqual([200, 200])
  await set(null)
  expect(await byBasic()).toBe(401)
})
