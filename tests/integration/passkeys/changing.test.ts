import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { listPasskeys } from '@/lib/data/passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Assertion } from '@/lib/domain/passkey'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { addPasskey } from '@/lib/usecases/passkeys/add-passkey'
import { beginRemoval } from '@/lib/usecases/passkeys/begin-removal'
import { removePasskey } from '@/lib/usecases/passkeys/remove-passkey'
import { SoftAuthenticator } from '@/tests/harness/authenticator'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { begin, entries, register } from './world'

let db: FreshDatabase
let demo: DemoPeople
let approver: Actor
let second: Actor
let mine: SoftAuthenticator

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
})
beforeEach(async () => {
  await database().passkey.deleteMany()
  mine = await register(approver)
})
afterAll(() => db.dispose())

const counts = async () => (await listPasskeys(approver.personId)).map(({ counter }) => counter)
const lastReason = async () => (await entries('passkey.refused'))[0]?.data

const asked = (sign: SigningOptions | null): string => {
  if (!sign) throw new Error('Nothing was asked to be signed.')
  return sign.challenge
}
const beginRemoving = async ({ credentialId }: SoftAuthenticator) =>
  asked(yes(await beginRemoval(approver, actOf(approver), { credentialId })).sign)
const removing = (assertion?: Assertion, { credentialId } = mine) =>
  removePasskey(approver, actOf(approver), { credentialId, ...(assertion ? { assertion } : {}) })

/** Begins to add another one, and answers with what `prove` makes of what is asked. */
async function adding(prove: (challenge: string) => Assertion | undefined) {
  const { options, sign } = yes(await begin(approver))
  const assertion = prove(asked(sign))
  const attestation = new SoftAuthenticator().make(options.challenge)
  return addPasskey(approver, actOf(approver), {
    name: 'New',
    attestation,
    ...(assertion ? { assertion } : {}),
  })
}

describe('a fresh sign-in alone', () => {
  test('adds no passkey to one that is there', async () => {
    expect(no(await adding(() => undefined))).toBe('passkey_needed')
    expect(await lastReason()).toEqual({ reason: 'passkey_needed' })
    expect(await counts()).toEqual([1])
  })

  test('removes none', async () => {
    await beginRemoving(mine)
    expect(no(await removing())).toBe('passkey_needed')
    expect(await lastReason()).toEqual({ reason: 'passkey_needed' })
    expect(await counts()).toEqual([1])
  })

  test('removes none without having begun', async () => {
    await database().passkeyChallenge.deleteMany()
    expect(no(await removing(mine.sign('A'.repeat(43))))).toBe('passkey_late')
    expect(await counts()).toEqual([1])
  })
})

describe('a passkey that is there', () => {
  test('signs for the next one, once, and its counter moves', async () => {
    yes(await adding((challenge) => mine.sign(challenge)))
    expect(await counts()).toEqual([2, 1])
  })

  test('signs for a removal, once', async () => {
    const other = await register(approver)
    const assertion = other.sign(await beginRemoving(mine))
    yes(await removing(assertion))
    expect(await counts()).toEqual([2])
    expect(no(await removing(assertion, other))).toBe('passkey_late')
    yes(await removing(other.sign(await beginRemoving(other)), other))
    expect(await counts()).toEqual([])
  })

  test('signs for what was asked only', async () => {
    const other = await register(approver)
    const ofMine = await beginRemoving(mine)
    expect(no(await removing(mine.sign(ofMine), other))).toBe('passkey_refused')
    const { options, sign } = yes(await begin(approver))
    expect(no(await removing(mine.sign(asked(sign))))).toBe('passkey_refused')
    expect(no(await removing(mine.sign(options.challenge)))).toBe('passkey_refused')
    expect(await counts()).toHaveLength(2)
  })

  test('has 5 minutes', async () => {
    const challenge = await beginRemoving(mine)
    await pool().query(`update passkey_challenge set expires = now() - interval '1 second'`)
    expect(no(await removing(mine.sign(challenge)))).toBe('passkey_late')
  })

  test('is one’s own, and no copy', async () => {
    const theirs = await register(second)
    expect(no(await adding((challenge) => theirs.sign(challenge)))).toBe('passkey_unknown')
    expect(no(await adding((challenge) => new SoftAuthenticator().sign(challenge)))).toBe('passkey_unknown')
    expect(no(await adding((challenge) => mine.sign(challenge, { userVerified: false })))).toBe(
      'passkey_refused',
    )
    expect(no(await adding((challenge) => mine.sign(challenge, { counter: 1 })))).toBe('passkey_copied')
    expect(no(await beginRemoval(second, actOf(second), { credentialId: mine.credentialId }))).toBe(
      'not_found',
    )
  })
})
