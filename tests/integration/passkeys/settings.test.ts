import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { listPasskeys } from '@/lib/data/passkeys'
import type { Actor } from '@/lib/domain/access'
import { addPasskey } from '@/lib/usecases/passkeys/add-passkey'
import { renamePasskey } from '@/lib/usecases/passkeys/rename-passkey'
import { SoftAuthenticator, type Told } from '@/tests/harness/authenticator'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { add, begin, entries, register, remove } from './world'

let db: FreshDatabase
let demo: DemoPeople
let approver: Actor
let second: Actor

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
})
beforeEach(async () => {
  await database().passkey.deleteMany()
})
afterAll(() => db.dispose())

const stale = (actor: Actor): Actor => ({ ...actor, signedInAt: new Date(Date.now() - 16 * 60_000) })

describe('a person', () => {
  test('registers several passkeys, names them, renames and removes them, each in the trail', async () => {
    const one = await register(approver)
    const two = await register(approver)
    expect(await listPasskeys(approver.personId)).toEqual([
      // It has signed for the second.
      expect.objectContaining({
        credentialId: one.credentialId,
        name: 'Laptop',
        counter: 2,
        lastUsed: expect.any(Date),
      }),
      expect.objectContaining({ credentialId: two.credentialId, counter: 1, lastUsed: null }),
    ])
    const renamed = { credentialId: two.credentialId, name: 'Key on the ring' }
    yes(await renamePasskey(approver, actOf(approver), renamed))
    expect(yes(await remove(approver, one))).toEqual({ left: 1 })
    expect(yes(await remove(approver, two))).toEqual({ left: 0 })
    expect((await entries('passkey.added'))[0]?.data).toEqual({ passkey: two.credentialId, passkeys: 2 })
    expect((await entries('passkey.renamed'))[0]?.data).toEqual({ passkey: two.credentialId, passkeys: 2 })
    expect((await entries('passkey.removed'))[0]?.data).toEqual({ passkey: two.credentialId, passkeys: 0 })
  })

  test('is offered to make none that they have, and proves who they are', async () => {
    const { credentialId } = await register(approver)
    const { options } = yes(await begin(approver))
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Countersign' },
      attestation: 'none',
      authenticatorSelection: { userVerification: 'required' },
      excludeCredentials: [{ id: credentialId, type: 'public-key', transports: ['internal'] }],
    })
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32)
  })

  test('with an older sign-in adds and removes none', async () => {
    const { credentialId } = await register(approver)
    expect(no(await begin(stale(approver)))).toBe('not_fresh')
    const { options } = yes(await begin(approver))
    const late = await add(stale(approver), new SoftAuthenticator(), options.challenge)
    expect(no(late)).toBe('not_fresh')
    expect(no(await remove(stale(approver), { credentialId }))).toBe('not_fresh')
    expect((await entries('passkey.refused')).slice(0, 2).map(({ data }) => data)).toEqual([
      { reason: 'not_fresh' },
      { reason: 'not_fresh' },
    ])
    expect(await listPasskeys(approver.personId)).toHaveLength(1)
  })

  test('has at most ten', async () => {
    for (let n = 0; n < 10; n += 1) await register(approver)
    expect(no(await begin(approver))).toBe('passkeys_full')
  })

  test('changes nobody else’s', async () => {
    const { credentialId } = await register(approver)
    expect(no(await remove(second, { credentialId }))).toBe('not_found')
    const renaming = { credentialId, name: 'Mine now' }
    expect(no(await renamePasskey(second, actOf(second), renaming))).toBe('not_found')
  })
})

describe('what a new passkey answers', () => {
  test('is good once', async () => {
    const { options } = yes(await begin(approver))
    yes(await add(approver, new SoftAuthenticator(), options.challenge))
    expect(no(await add(approver, new SoftAuthenticator(), options.challenge))).toBe('passkey_late')
  })

  test('is good for one of two that come together', async () => {
    const { options } = yes(await begin(approver))
    const both = await Promise.all(
      [1, 2].map(() => add(approver, new SoftAuthenticator(), options.challenge)),
    )
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await listPasskeys(approver.personId)).toHaveLength(1)
  })

  test('is good for 5 minutes', async () => {
    const { options } = yes(await begin(approver))
    await pool().query(`update passkey_challenge set expires = now() - interval '1 second'`)
    expect(no(await add(approver, new SoftAuthenticator(), options.challenge))).toBe('passkey_late')
  })

  test('is void once another was begun', async () => {
    const { options } = yes(await begin(approver))
    yes(await begin(approver))
    expect(no(await add(approver, new SoftAuthenticator(), options.challenge))).toBe('passkey_not_made')
  })

  test('is asked of this very person', async () => {
    const { options } = yes(await begin(approver))
    yes(await begin(second))
    expect(no(await add(second, new SoftAuthenticator(), options.challenge))).toBe('passkey_not_made')
  })

  test.each<[string, Told]>([
    ['another host', { rpId: 'countersign.example' }],
    ['another origin', { origin: 'http://localhost:4000' }],
    ['no check of the person', { userVerified: false }],
  ])('with %s is refused, and stays in the trail', async (_, told) => {
    const { options } = yes(await begin(approver))
    expect(no(await add(approver, new SoftAuthenticator(), options.challenge, told))).toBe('passkey_not_made')
    expect((await entries('passkey.refused'))[0]?.data).toEqual({ reason: 'passkey_not_made' })
  })

  test('is not a passkey that somebody else has', async () => {
    const authenticator = await register(approver)
    const { options } = yes(await begin(second))
    const taken = { name: 'Mine too', attestation: authenticator.make(options.challenge) }
    expect(no(await addPasskey(second, actOf(second), taken))).toBe('passkey_known')
  })
})
