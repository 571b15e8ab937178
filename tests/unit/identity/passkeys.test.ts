import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isCopied, lacksPasskey } from '@/lib/domain/passkey'
import { placeOf, verifyAssertion, verifyRegistration } from '@/lib/identity/passkeys'
import { SoftAuthenticator, type Told } from '@/tests/harness/authenticator'

const PLACE = { rpId: 'localhost', origin: 'http://localhost:3000' }
const challenge = randomBytes(32).toString('base64url')
const digest = createHash('sha256').update('terms').digest('hex')
const asChallenge = Buffer.from(digest, 'hex').toString('base64url')

const WRONG: readonly [string, Told][] = [
  ['for another host', { rpId: 'localhost.example' }],
  ['on a page of another origin', { origin: 'http://localhost:3001' }],
  ['on a page inside another one', { crossOrigin: true }],
  ['without checking who it is', { userVerified: false }],
  ['without anybody there', { userPresent: false, userVerified: true }],
  ['for another purpose', { type: 'payment.get' }],
]

describe('a place', () => {
  it.each([
    ['http://localhost:3000', { rpId: 'localhost', origin: 'http://localhost:3000' }],
    [
      'https://console.example.test',
      { rpId: 'console.example.test', origin: 'https://console.example.test' },
    ],
    ['http://127.0.0.1:3000', null],
    ['https://[::1]:3000', null],
  ])('%s', (url, place) => expect(placeOf(url)).toEqual(place))
})

describe('a new passkey', () => {
  it('is taken when it answers the challenge', async () => {
    const authenticator = new SoftAuthenticator()
    const made = await verifyRegistration(authenticator.make(challenge), PLACE, challenge)
    expect(made).toMatchObject({
      credentialId: authenticator.credentialId,
      counter: 1,
      transports: ['internal'],
    })
  })
  it.each(WRONG)('made %s is not', async (_, told) => {
    const attestation = new SoftAuthenticator().make(challenge, told)
    expect(await verifyRegistration(attestation, PLACE, challenge)).toBeNull()
  })
  it('that answers another challenge is not', async () => {
    const attestation = new SoftAuthenticator().make(asChallenge)
    expect(await verifyRegistration(attestation, PLACE, challenge)).toBeNull()
  })
  it('under a name that is not its own is not', async () => {
    const attestation = new SoftAuthenticator().make(challenge)
    const { credentialId: id } = new SoftAuthenticator()
    expect(await verifyRegistration({ ...attestation, id, rawId: id }, PLACE, challenge)).toBeNull()
  })
})

async function registered(authenticator = new SoftAuthenticator()) {
  const made = await verifyRegistration(authenticator.make(challenge), PLACE, challenge)
  if (!made) throw new Error('It was not taken.')
  return { authenticator, passkey: made }
}

describe('a signature', () => {
  it('counts when the passkey signed this digest', async () => {
    const { authenticator, passkey } = await registered()
    expect(await verifyAssertion(authenticator.sign(asChallenge), PLACE, { digest, passkey })).toEqual({
      counter: 2,
    })
  })
  it.each(WRONG)('made %s does not', async (_, told) => {
    const { authenticator, passkey } = await registered()
    expect(
      await verifyAssertion(authenticator.sign(asChallenge, told), PLACE, { digest, passkey }),
    ).toBeNull()
  })
  it('over another digest does not', async () => {
    const { authenticator, passkey } = await registered()
    expect(await verifyAssertion(authenticator.sign(challenge), PLACE, { digest, passkey })).toBeNull()
  })
  it('of another passkey, under its name or this one’s, does not', async () => {
    const { passkey } = await registered()
    const other = new SoftAuthenticator().sign(asChallenge)
    const { credentialId: id } = passkey
    expect(await verifyAssertion(other, PLACE, { digest, passkey })).toBeNull()
    expect(await verifyAssertion({ ...other, id, rawId: id }, PLACE, { digest, passkey })).toBeNull()
  })
  it.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)(
    'with another %s does not',
    async (part) => {
      const { authenticator, passkey } = await registered()
      const { response, ...named } = authenticator.sign(asChallenge)
      const changed = {
        ...named,
        response: { ...response, [part]: authenticator.sign(asChallenge, { counter: 9 }).response[part] },
      }
      const isSame = changed.response[part] === response[part]
      expect(isSame || (await verifyAssertion(changed, PLACE, { digest, passkey })) === null).toBe(true)
      const broken = { ...named, response: { ...response, [part]: 'AAAA' } }
      expect(await verifyAssertion(broken, PLACE, { digest, passkey })).toBeNull()
    },
  )
})

it.each([
  [0, 0, false],
  [0, 5, false],
  [5, 6, false],
  [5, 5, true],
  [5, 4, true],
  [5, 0, true],
])('a counter that was %d and is %d is that of a copy: %s', (kept, presented, copied) => {
  expect(isCopied(kept, presented)).toBe(copied)
})

it.each([
  [false, false, false, null],
  [true, false, false, 'passkey_required'],
  [false, true, false, 'passkey_needed'],
  [true, true, false, 'passkey_needed'],
  [true, true, true, null],
  [false, true, true, null],
] as const)(
  'a stage that demands one (%s), a signer who has one (%s) and gave it (%s): %s',
  (passkey, hasPasskey, gave, code) => {
    expect(lacksPasskey({ passkey }, { hasPasskey, gave })).toBe(code)
  },
)
