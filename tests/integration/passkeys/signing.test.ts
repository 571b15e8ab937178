import { beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { SoftAuthenticator, type Told } from '@/tests/harness/authenticator'
import { actOf, no, yes } from '@/tests/harness/demo'
import { approver, demo, requester, second, withSigners } from '@/tests/harness/signers'
import { approve, deny, entries, register, remove, requirePasskeys, signed, usualPolicies } from './world'

withSigners()

beforeEach(async () => {
  await database().passkey.deleteMany()
})

const fileRead = () => demo.file('resolve-a-refund-ticket', requester)
const fileRotation = () => demo.file('rotate-a-production-secret', requester)
const lastReason = async () => (await entries('approval.refused'))[0]?.data.reason

describe('a person with a passkey', () => {
  test('signs a yes with it, and everything to check it later is kept', async () => {
    const authenticator = await register(approver)
    const requestId = await fileRead()
    const form = await signed(demo, approver, { requestId, authenticator })
    expect(yes(await approve(approver, form)).state).toBe('granted')
    const [row] = await database().approval.findMany({ where: { requestId } })
    expect(row).toMatchObject({
      digest: form.digest,
      credentialId: authenticator.credentialId,
      rpId: 'localhost',
      origin: 'http://localhost:3000',
      authenticatorData: form.assertion.response.authenticatorData,
      clientData: form.assertion.response.clientDataJSON,
      signature: form.assertion.response.signature,
    })
    const [passkey] = await database().passkey.findMany()
    expect(passkey).toMatchObject({ counter: 2n, lastUsed: row?.signed, publicKey: row?.credentialKey })
    expect((await entries('approval.signed'))[0]?.data).toMatchObject({
      digest: form.digest,
      passkey: authenticator.credentialId,
    })
  })

  test('signs a no with it as well', async () => {
    const authenticator = await register(approver)
    const requestId = await fileRead()
    expect(
      no(
        await deny(
          approver,
          await demo.shown(approver, requestId, 'deny').then((s) => ({ ...s, requestId })),
        ),
      ),
    ).toBe('passkey_needed')
    yes(await deny(approver, await signed(demo, approver, { requestId, authenticator, verdict: 'deny' })))
    const [row] = await database().approval.findMany({ where: { requestId } })
    expect(row).toMatchObject({ verdict: 'deny', credentialId: authenticator.credentialId })
  })

  test('never signs without it', async () => {
    await register(approver)
    const requestId = await fileRead()
    const { assertion: _, ...form } = await signed(demo, approver, {
      requestId,
      authenticator: new SoftAuthenticator(),
    })
    expect(no(await approve(approver, form))).toBe('passkey_needed')
    expect(await lastReason()).toBe('passkey_needed')
    expect((await demo.read(requestId)).approvals).toEqual([])
  })

  test('is shown the digest as what is to be signed, and which passkeys may', async () => {
    const { credentialId } = await register(approver)
    const { digest, passkey } = await demo.shown(approver, await fileRead())
    expect(passkey).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(Buffer.from(passkey?.challenge ?? '', 'base64url').toString('hex')).toBe(digest)
    expect(passkey?.allowCredentials.map(({ id }) => id)).toEqual([credentialId])
    expect((await demo.shown(second, await fileRead())).passkey).toBeNull()
  })

  test.each<[string, Told]>([
    ['another host', { rpId: 'countersign.example' }],
    ['another origin', { origin: 'https://localhost:3000' }],
    ['no check of the person', { userVerified: false }],
    ['a page inside another page', { crossOrigin: true }],
  ])('does not sign with %s', async (_, told) => {
    const authenticator = await register(approver)
    const requestId = await fileRead()
    const form = await signed(demo, approver, { requestId, authenticator, told })
    expect(no(await approve(approver, form))).toBe('passkey_refused')
    expect(await lastReason()).toBe('passkey_refused')
  })

  test('does not sign with somebody else’s, a removed one or one nobody knows', async () => {
    const [mine, theirs] = [await register(approver), await register(second)]
    const gone = await register(approver)
    yes(await remove(approver, gone))
    const requestId = await fileRead()
    for (const authenticator of [theirs, gone, new SoftAuthenticator()]) {
      const form = await signed(demo, approver, { requestId, authenticator })
      expect(no(await approve(approver, form))).toBe('passkey_unknown')
    }
    expect(
      yes(await approve(approver, await signed(demo, approver, { requestId, authenticator: mine }))).state,
    ).toBe('granted')
  })
})

describe('the counter', () => {
  test.each([2, 1, 0])('a copy that says %d after 2 signs nothing', async (counter) => {
    const authenticator = await register(approver)
    const first = await signed(demo, approver, { requestId: await fileRead(), authenticator })
    yes(await approve(approver, first))
    const requestId = await fileRead()
    const copy = await signed(demo, approver, { requestId, authenticator, told: { counter } })
    expect(no(await approve(approver, copy))).toBe('passkey_copied')
    expect(await lastReason()).toBe('passkey_copied')
    expect((await demo.read(requestId)).approvals).toEqual([])
  })

  test('one that never counts may stay at zero', async () => {
    const authenticator = await register(approver, new SoftAuthenticator({ counts: false }))
    for (const requestId of [await fileRead(), await fileRead()])
      yes(await approve(approver, await signed(demo, approver, { requestId, authenticator })))
  })

  test('original and copy at the same moment: one of them signs', async () => {
    const authenticator = await register(approver)
    for (let round = 0; round < 10; round += 1) {
      const counter = 100 + round
      const ids = [await fileRead(), await fileRead()]
      const forms = []
      for (const requestId of ids)
        forms.push(await signed(demo, approver, { requestId, authenticator, told: { counter } }))
      const answers = await Promise.all(forms.map((form) => approve(approver, form)))
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    }
  })
})

describe('a signature that was given', () => {
  test('is not given again: to the same request, to another, for the other answer', async () => {
    const authenticator = await register(approver)
    const requestId = await fileRotation()
    const form = await signed(demo, approver, { requestId, authenticator })
    yes(await approve(approver, form))
    expect(no(await approve(approver, form))).toBe('already_voted')
    const other = await fileRotation()
    expect(no(await approve(approver, { ...form, requestId: other }))).toBe('nonce_used')
    const shown = await demo.shown(approver, other)
    const replayed = { requestId: other, nonce: shown.nonce, digest: shown.digest, assertion: form.assertion }
    expect(no(await approve(approver, replayed))).toBe('passkey_refused')
    const no_ = await demo.shown(approver, other, 'deny')
    expect(no(await deny(approver, { ...replayed, nonce: no_.nonce, digest: no_.digest }))).toBe(
      'passkey_refused',
    )
  })

  test('twice at the same moment counts once', async () => {
    const authenticator = await register(approver)
    const requestId = await fileRotation()
    const form = await signed(demo, approver, { requestId, authenticator })
    const answers = await Promise.all([approve(approver, form), approve(approver, form)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect((await demo.read(requestId)).approvals).toHaveLength(1)
  })

  test('A04: over other terms than those shown it signs nothing', async () => {
    const authenticator = await register(approver)
    const requestId = await fileRead()
    const { nonce, digest } = await demo.shown(approver, requestId)
    const forged = '0'.repeat(64)
    const assertion = authenticator.sign(Buffer.from(forged, 'hex').toString('base64url'))
    expect(no(await approve(approver, { requestId, nonce, digest: forged, assertion }))).toBe(
      'digest_mismatch',
    )
    expect(no(await approve(approver, { requestId, nonce, digest, assertion }))).toBe('passkey_refused')
  })
})

describe('a stage that takes passkeys only', () => {
  test('refuses who has none, yes and no, and says where to add one', async () => {
    await requirePasskeys()
    const requestId = await fileRead()
    for (const verdict of ['approve', 'deny'] as const)
      expect(no(await prepareSigning(approver, actOf(approver), { requestId, verdict }))).toBe(
        'passkey_required',
      )
    expect(await lastReason()).toBe('passkey_required')
    const authenticator = await register(approver)
    yes(await approve(approver, await signed(demo, approver, { requestId, authenticator })))
    expect((await demo.read(requestId)).state).toBe('granted')
    await usualPolicies()
  })

  test('does not count a vote from before it did: whoever gave it cannot give another', async () => {
    const requestId = await fileRotation()
    yes(await demo.approve(approver, requestId))
    await requirePasskeys()
    const [mine, theirs] = [await register(approver), await register(second)]
    const closing = yes(
      await approve(second, await signed(demo, second, { requestId, authenticator: theirs })),
    )
    expect(closing).toMatchObject({ state: 'awaiting', left: 1 })
    const request = await demo.read(requestId)
    expect(request.stages).toEqual([expect.objectContaining({ name: 'security', passkey: true })])
    expect(no(await prepareSigning(approver, actOf(approver), { requestId, verdict: 'approve' }))).toBe(
      'signed_without_passkey',
    )
    expect(mine.credentialId).not.toBe(theirs.credentialId)
    await usualPolicies()
  })
})
