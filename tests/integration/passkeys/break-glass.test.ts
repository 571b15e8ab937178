import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listLiveBreakGlass, listReviewable } from '@/lib/data/break-glass'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { complianceNumbers } from '@/lib/data/home-numbers'
import { listPasskeys } from '@/lib/data/passkeys'
import type { Actor } from '@/lib/domain/access'
import { prepareBreakGlass } from '@/lib/usecases/break-glass/prepare-break-glass'
import { prepareReview } from '@/lib/usecases/break-glass/prepare-review'
import { signReview } from '@/lib/usecases/break-glass/sign-review'
import { submitBreakGlass } from '@/lib/usecases/break-glass/submit-break-glass'
import { SoftAuthenticator, type Told } from '@/tests/harness/authenticator'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { type AccessWorld, accessWorld } from '@/tests/integration/access/world'
import { entries, glassForm, register, review } from './world'

let db: FreshDatabase
let world: AccessWorld
let requester: Actor
let approver: Actor
let authenticator: SoftAuthenticator

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  ;({ requester, approver } = world.actors)
  authenticator = await register(requester)
})
afterAll(() => db.dispose())

const form = (changes = {}) => world.demo.form('resolve-a-refund-ticket', { durationMinutes: 15, ...changes })
const asChallenge = (digest: string) => Buffer.from(digest, 'hex').toString('base64url')
const prepare = (by: Actor, changes = {}) => prepareBreakGlass(by, actOf(by), form(changes))

const shown = (by: Actor, { key = authenticator, told = {} as Told } = {}) =>
  glassForm(world.demo, by, key, told)
const submit = (by: Actor, sent: Parameters<typeof submitBreakGlass>[2]) =>
  submitBreakGlass(by, actOf(by), sent)

const breakGlass = async () => yes(await submit(requester, await shown(requester))).id
const lastRefusal = async () => (await entries('break_glass.refused'))[0]?.data.reason

test('breaks glass: live at once, signed, remembered, seen, and reviewed by somebody else', async () => {
  const id = await breakGlass()
  const request = await world.demo.read(id)
  expect(request).toMatchObject({ state: 'granted', durationSeconds: 900 })
  expect(request.stages).toEqual([expect.objectContaining({ name: 'security' })])
  const [decision] = await database().decision.findMany({ where: { requestId: id, action: 'secret:read' } })
  expect(JSON.parse(decision?.input ?? '{}').context).toMatchObject({ breakGlass: true, approvals: [] })
  const row = await database().breakGlass.findUniqueOrThrow({ where: { requestId: id } })
  expect(JSON.parse(row.preimage)).toMatchObject({
    type: 'countersign-break-glass/v1',
    breakGlass: true,
    requester: requester.personId,
    request: { id },
    durationSeconds: 900,
  })
  expect(row.proof).toMatchObject({ credentialId: authenticator.credentialId, rpId: 'localhost' })
  const { rows } = await pool().query('select type from trail_event where request_id = $1 order by leaf', [
    id,
  ])
  expect(rows.map(({ type }) => type)).toEqual(['request.filed', 'grant.opened', 'break_glass.used'])

  const now = await databaseNow()
  const { actors } = world
  for (const by of [requester, approver, actors.auditor, actors.administrator, actors.owner])
    expect(await listLiveBreakGlass(by, now)).toEqual([expect.objectContaining({ id })])
  for (const by of [actors.otherRequester, actors.groupless, actors.strangeAdministrator])
    expect(await listLiveBreakGlass(by, now)).toEqual([])
  for (const by of [approver, actors.administrator])
    expect((await listReviewable(by, now)).map((one) => one.id)).toEqual([id])
  for (const by of [requester, actors.owner, actors.auditor, actors.groupless, actors.strangeApprover])
    expect(await listReviewable(by, now)).toEqual([])
  expect(await complianceNumbers(actors.auditor, now)).toMatchObject({ unreviewed: 1 })

  expect(no(await prepare(requester))).toBe('break_glass_open')
  expect(await lastRefusal()).toBe('break_glass_open')
  yes(await review(approver, id))
  expect((await entries('break_glass.reviewed'))[0]?.data).toMatchObject({ by: requester.personId })
  expect(await listReviewable(approver, now)).toEqual([])
  expect(await complianceNumbers(actors.auditor, now)).toMatchObject({
    unreviewed: 0,
    unreviewedSeconds: null,
  })
  expect(no(await review(actors.administrator, id))).toBe('not_to_review')
  yes(await prepare(requester))
})

describe('glass is not broken', () => {
  test('without a passkey', async () => {
    const { otherRequester } = world.actors
    expect(no(await prepare(otherRequester))).toBe('passkey_required')
    const { assertion: _, ...unsigned } = await shown(requester)
    expect(no(await submit(requester, unsigned))).toBe('passkey_needed')
  })

  test('for longer than 15 minutes, for what nobody has to sign, and past what policy does not let it', async () => {
    expect(no(await prepare(requester, { durationMinutes: 16 }))).toBe('invalid')
    const plain = world.demo.form('summarise-a-ticket', { durationMinutes: 15 })
    expect(no(await prepareBreakGlass(requester, actOf(requester), plain))).toBe('break_glass_needless')
    const rotation = world.demo.form('rotate-a-production-secret', { durationMinutes: 15 })
    expect(no(await prepareBreakGlass(requester, actOf(requester), rotation))).toBe('break_glass_held')
    const scopeIds = [world.demo.scopeId('secret:read'), world.demo.scopeId('ticket:delete')]
    expect(no(await prepare(requester, { scopeIds }))).toBe('refused_by_policy')
  })

  test('by who may not file', async () => {
    for (const by of [world.actors.auditor, world.actors.groupless])
      expect(no(await prepare(by))).toBe('not_allowed')
  })

  test('with other terms, another reason or another key than were signed', async () => {
    const sent = await shown(requester)
    expect(no(await submit(requester, { ...sent, durationMinutes: 14 }))).toBe('digest_mismatch')
    expect(no(await submit(requester, { ...sent, justification: 'Something else.' }))).toBe('digest_mismatch')
    expect(no(await submit(requester, { ...sent, digest: '0'.repeat(64) }))).toBe('digest_mismatch')
    expect(no(await submit(requester, await shown(requester, { key: new SoftAuthenticator() })))).toBe(
      'passkey_unknown',
    )
    const unverified = await shown(requester, { told: { userVerified: false } })
    expect(no(await submit(requester, unverified))).toBe('passkey_refused')
    expect(await lastRefusal()).toBe('passkey_refused')
    expect(no(await submit(world.actors.otherRequester, sent))).toBe('nonce_used')
  })

  test('twice: not with one signature, and of two at the same moment one', async () => {
    const [one, two] = [await shown(requester), await shown(requester)]
    // Both are signed before the counter of either is kept.
    const both = await Promise.all([submit(requester, one), submit(requester, two)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    const won = both.find(({ ok }) => ok)
    if (!won?.ok) throw new Error('Neither was.')
    expect(no(await submit(requester, one))).toBe('break_glass_open')
    yes(await review(approver, won.value.id))
    expect(['nonce_used', 'passkey_copied']).toContain(no(await submit(requester, one)))
    expect(await database().breakGlass.count({ where: { openFor: requester.personId } })).toBe(0)
  })
})

describe('a review', () => {
  test('is signed by nobody whom the use was for, and by nobody without a say', async () => {
    const id = await breakGlass()
    const { actors } = world
    expect(no(await review(requester, id))).toBe('not_allowed')
    for (const by of [actors.auditor, actors.owner]) expect(no(await review(by, id))).toBe('not_allowed')
    for (const by of [actors.groupless, actors.strangeAdministrator, actors.otherRequester])
      expect(no(await review(by, id))).toBe('not_found')
    yes(await review(actors.administrator, id))
  })

  test('with a passkey of the reviewer is signed with that, once', async () => {
    const id = await breakGlass()
    const key = await register(approver)
    expect(await listPasskeys(approver.personId)).toHaveLength(1)
    expect(no(await review(approver, id))).toBe('passkey_needed')
    const { nonce, digest } = yes(await prepareReview(approver, actOf(approver), { requestId: id }))
    const sent = { requestId: id, nonce, digest, note: 'Seen.', assertion: key.sign(asChallenge(digest)) }
    const both = await Promise.all([1, 2].map(() => signReview(approver, actOf(approver), sent)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    const row = await database().breakGlass.findUniqueOrThrow({ where: { requestId: id } })
    expect(row).toMatchObject({ reviewedBy: approver.personId, reviewDigest: digest, openFor: null })
    expect(row.reviewProof).toMatchObject({ credentialId: key.credentialId })
  })
})
