import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import { endSigningKey } from '@/lib/usecases/keys/end-signing-key'
import { rotateSigningKey } from '@/lib/usecases/keys/rotate-signing-key'
import { addActor } from '@/tests/harness/administrators'
import { exchangeAt, isActiveAt } from '@/tests/harness/at-replica'
import { actOf, yes } from '@/tests/harness/demo'
import { agent, authority, db, speakOfAuthority, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, type TestWorld } from '@/tests/harness/world'

const ROTATIONS = 3
const CALLERS = 3
// A crowded machine is slow, and that is all that its time says.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 })

let replica: Awaited<ReturnType<typeof startReplica>>
let administrator: Actor
let places: { world: TestWorld; issuer: string; url: string }[]

withAuthority()
beforeAll(async () => {
  speakOfAuthority()
  // However fast this machine is, nobody is refused for asking too often.
  process.env.COUNTERSIGN_AGENT_LIMIT = '0'
  process.env.COUNTERSIGN_ADDRESS_LIMIT = '0'
  replica = await startReplica(db, authority.issuer)
  administrator = await addActor(world, 'Administrator')
  const { issuer } = authority
  places = [issuer, replica.url].map((url) => ({ world, issuer, url }))
})
afterAll(async () => {
  await replica.stop()
})

const rotate = () => rotateSigningKey(administrator, actOf(administrator), { reason: 'It is time.' })
const kidOf = (jwt: string) => String(decodeProtectedHeader(jwt).kid)

/** As if the next key had been published an hour ago. */
const letItBeKnown = () =>
  database().signingKey.updateMany({
    where: { state: 'next' },
    data: { created: new Date(Date.now() - 3_600_000) },
  })

/** One caller: asks for tokens at both replicas in turn, shows each to the other one, and goes on with its mandate. */
async function callUntil(isOver: () => boolean, noteCall: () => void) {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const answers: string[] = []
  const kids = new Set<string>()
  for (let n = 0; !isOver(); n += 1) {
    const [here, there] = n % 2 === 0 ? places : [...places].reverse()
    if (!here || !there) throw new Error('There are two of them.')
    const { status, reason, token } = await exchangeAt(here, agent, mandate)
    answers.push(status === 200 ? 'issued' : `${status} ${reason}`)
    if (status === 200) {
      kids.add(kidOf(token))
      answers.push(`active: ${await isActiveAt(there, token)}`)
    }
    noteCall()
  }
  // The first mandate was signed by a key that three others have followed.
  return { answers, kids }
}

describe('A28', () => {
  test('keys rotate under load: nobody is refused, whichever replica they ask', async () => {
    let calls = 0
    let isOver = false
    const callers = Array.from({ length: CALLERS }, () =>
      callUntil(
        () => isOver,
        () => {
          calls += 1
        },
      ),
    )
    const signed: string[] = []
    try {
      for (let n = 0; n < ROTATIONS; n += 1) {
        const enough = calls + 2 * CALLERS
        await expect.poll(() => calls >= enough, { timeout: 120_000, interval: 20 }).toBe(true)
        await letItBeKnown()
        signed.push(yes(await rotate()).kid)
      }
      const enough = calls + 2 * CALLERS
      await expect.poll(() => calls >= enough, { timeout: 120_000, interval: 20 }).toBe(true)
    } finally {
      isOver = true
    }
    const all = await Promise.all(callers)
    expect([...new Set(all.flatMap(({ answers }) => answers))].sort()).toEqual(['active: true', 'issued'])
    const kids = new Set(all.flatMap(({ kids: one }) => [...one]))
    expect([...kids]).toEqual(expect.arrayContaining(signed))
    expect(kids.size).toBe(ROTATIONS + 1)
  })

  test('a key is ended by force: what it signed is dead at both replicas, and what others signed is not', async () => {
    const { grantId } = await grantTask(world)
    const old = await agent.mandateOf(grantId)
    const [first] = places
    if (!first) throw new Error('There are two of them.')
    const dead = (await exchangeAt(first, agent, old)).token
    await letItBeKnown()
    yes(await rotate())
    const alive = (await exchangeAt(first, agent, old)).token
    const mandate = await agent.mandateOf(grantId)
    const kid = kidOf(dead)
    expect([kidOf(old), kidOf(alive) === kid, kidOf(mandate) === kid]).toEqual([kid, false, false])
    yes(await endSigningKey(administrator, actOf(administrator), { kid, reason: 'It leaked.' }))
    for (const place of places) {
      expect(await isActiveAt(place, dead)).toBe(false)
      expect(await isActiveAt(place, alive)).toBe(true)
      expect((await exchangeAt(place, agent, old)).reason).toBe('mandate_untrusted')
      expect((await exchangeAt(place, agent, mandate)).status).toBe(200)
    }
  })
})
