import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { newId, newNonce } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import type { Actor } from '@/lib/domain/access'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import type { WireResult } from '@/lib/domain/wire-result'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { settings } from '@/lib/usecases/facts/settings'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { ActingProcess, bundled } from '@/tests/harness/acts'
import type { ActName } from '@/tests/harness/acts-child'
import { proofOf } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'
import { MARKS, type Mark } from '@/tests/harness/marks'
import { persistently } from '@/tests/harness/persistently'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn, type SeenTrail } from '@/tests/harness/trail'
import { buildWorld, grantTask, SERVERS, svidOf, type TestWorld } from '@/tests/harness/world'

// F1. The whole is 20 rounds of every act and mark; the usual run makes fewer, so that it takes seconds.
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1)
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 60_000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let world: TestWorld
let people: Record<'requester' | 'approver' | 'asks', Actor>
let acts: Awaited<ReturnType<typeof bundled>>
let next: ActingProcess
let seen: SeenTrail
const made: string[] = []

beforeAll(async () => {
  acts = await bundled('tests/harness/acts-child.ts')
  db = await freshDatabase()
  demo = await demoWorld()
  world = await buildWorld()
  await ensureSigningKeys(settings().secret)
  const asks = await findPersonActor(
    'https://idp.example',
    'requester',
    newId('SignInId'),
    await databaseNow(),
  )
  if (!asks) throw new Error('There is no requester.')
  people = { asks, requester: await demo.actor('requester'), approver: await demo.actor('approver') }
  next = start()
  seen = (await readOn(EMPTY_TRAIL)).seen
})
afterAll(async () => {
  await next.stop()
  await acts.remove()
  await db.dispose()
})

const start = () => new ActingProcess(acts.file, { ...process.env, ...db.env })

/** A process that is ready, with another one on its way. */
function takeProcess(): ActingProcess {
  const process = next
  next = start()
  return process
}

/** One act: what it is told with, what it leaves in the trail, and what is true once it is done. */
type Act = {
  name: ActName
  args: readonly unknown[]
  events: readonly string[]
  isDone: () => Promise<boolean>
  /** The same again, as somebody who got no answer would: true when the answer is that it is done. */
  again: (by: ActingProcess) => Promise<boolean>
}

async function liveGrant(): Promise<GrantId> {
  const { grant } = await demo.read(await demo.file('summarise-a-ticket', people.requester))
  if (!grant) throw new Error('There is no grant.')
  return grant.id
}

const of = (actor: Actor, input: object) => [actor, actOf(actor), input]

async function ending(name: 'revokeGrant' | 'completeGrant', more: object): Promise<Act> {
  const grantId = await liveGrant()
  const state = name === 'revokeGrant' ? 'revoked' : 'completed'
  const args = of(people.requester, { grantId, ...more })
  const isDone = async () =>
    (await database().grant.findUniqueOrThrow({ where: { id: grantId } })).state === state
  const again = async (by: ActingProcess) => {
    const answer = await by.perform<Result<unknown>>(name, ...args)
    return answer.ok || answer.refusal.code === 'not_live'
  }
  return { name, args, events: [`grant.${state}`], isDone, again }
}

const ACTS: Record<string, () => Promise<Act>> = {
  submit: async () => {
    const submissionId = newNonce()
    const goal = `Look at it for ${submissionId}.`
    const args = of(people.requester, demo.form('summarise-a-ticket', { submissionId, goal }))
    const count = () => database().request.count({ where: { goal } })
    return {
      ...{ name: 'submitRequest', args, events: ['request.filed', 'grant.opened'] },
      isDone: async () => (await count()) === 1,
      again: async (by) => {
        const first = yes(await by.perform<Result<{ id: RequestId }>>('submitRequest', ...args)).id
        const id = yes(await by.perform<Result<{ id: RequestId }>>('submitRequest', ...args)).id
        return id === first && (await count()) === 1
      },
    }
  },
  approve: async () => {
    const requestId = await demo.file('resolve-a-refund-ticket', people.requester)
    const { nonce, digest } = await demo.shown(people.approver, requestId)
    const args = of(people.approver, { requestId, nonce, digest })
    return {
      ...{ name: 'approveRequest', args, events: ['approval.signed', 'stage.closed', 'grant.opened'] },
      isDone: async () => (await demo.read(requestId)).state === 'granted',
      again: async (by) => {
        const answer = await by.perform<Result<unknown>>('approveRequest', ...args)
        return answer.ok || answer.refusal.code === 'not_awaiting'
      },
    }
  },
  issue: async () => {
    const { grantId, requestId } = await grantTask(world)
    made.push(grantId, requestId)
    const { mandate } = yes(await issueMandate(people.asks, actOf(people.asks), { grantId }))
    const { issuer, secret } = settings()
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const jwt = await svidOf(world, issuer)
    const call = async () => {
      const dpop = [await proofOf(keys, 'POST', `${issuer}/oauth/token`)]
      const http = {
        method: 'POST',
        path: '/oauth/token',
        dpop,
        authorization: null,
        address: null,
        reference: null,
      }
      const proof = { as: 'actor', jwt }
      const narrowing = { resource: SERVERS.tickets, scope: null, authorizationDetails: null }
      return [
        { context: { issuer, secret }, ...http },
        { mandate, proof, clientId: null, ...narrowing },
      ]
    }
    const count = () => database().credential.count({ where: { grantId } })
    return {
      ...{ name: 'exchangeToken', args: await call(), events: ['credential.issued'] },
      isDone: async () => (await count()) === 1,
      again: async (by) => {
        const before = await count()
        const answer = await by.perform<WireResult<unknown>>('exchangeToken', ...(await call()))
        return answer.ok && (await count()) === before + 1
      },
    }
  },
  revoke: () => ending('revokeGrant', { reason: '' }),
  complete: () => ending('completeGrant', {}),
}

/** Looks what is there after a kill: all of it or nothing, and the trail whole. */
async function lookAt(act: Act, isDone: boolean): Promise<void> {
  const told = await readOn(seen)
  seen = told.seen
  expect(told.types).toEqual(isDone ? act.events : [])
  expect(await act.isDone()).toBe(isDone)
}

async function round(kind: string, mark: Mark): Promise<void> {
  const make = ACTS[kind]
  if (!make) throw new Error(`There is no ${kind}.`)
  const [acknowledged, killed] = [await make(), await make()]
  seen = (await readOn(seen)).seen
  const process = takeProcess()
  // One act is answered first: what was acknowledged is there whatever happens next.
  await persistently(() => process.perform(acknowledged.name, ...acknowledged.args))
  await lookAt(acknowledged, true)
  await process.dieAt(mark, killed.name, ...killed.args)
  await lookAt(killed, mark === 'committed')
  expect(await acknowledged.isDone()).toBe(true)
  expect(await persistently(() => killed.again(next))).toBe(true)
  seen = (await readOn(seen)).seen
}

describe.each(Object.keys(ACTS))('F1: %s, killed', (kind) => {
  test.each(MARKS)(`at the mark "%s", ${ROUNDS} times`, async (mark) => {
    for (let n = 0; n < ROUNDS; n += 1) await round(kind, mark)
    await expectNothingHalfDone(made)
  })
})
