import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import type { Assertion } from '@/lib/domain/passkey'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { prepareBreakGlass } from '@/lib/usecases/break-glass/prepare-break-glass'
import { prepareReview } from '@/lib/usecases/break-glass/prepare-review'
import { signReview } from '@/lib/usecases/break-glass/sign-review'
import { submitBreakGlass } from '@/lib/usecases/break-glass/submit-break-glass'
import { addPasskey } from '@/lib/usecases/passkeys/add-passkey'
import { beginPasskey } from '@/lib/usecases/passkeys/begin-passkey'
import { beginRemoval } from '@/lib/usecases/passkeys/begin-removal'
import { removePasskey } from '@/lib/usecases/passkeys/remove-passkey'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { SoftAuthenticator, type Told } from '@/tests/harness/authenticator'
import { actOf, type DemoPeople, GROUPS, policyText, yes } from '@/tests/harness/demo'

/** What a browser is given to make a passkey with. */
export const begin = (by: Actor) => beginPasskey(by, actOf(by))

export const add = (by: Actor, authenticator: SoftAuthenticator, challenge: string, told: Told = {}) =>
  addPasskey(by, actOf(by), { name: 'Laptop', attestation: authenticator.make(challenge, told) })

// Every passkey that was registered here, to sign for the next one.
const made = new Map<string, SoftAuthenticator>()

/** What one of somebody's passkeys answers to what their passkeys change with, when they have one. */
export function allowed(sign: SigningOptions | null): { assertion?: Assertion } {
  const [credential] = sign?.allowCredentials ?? []
  const authenticator = credential && made.get(credential.id)
  return sign && authenticator ? { assertion: authenticator.sign(sign.challenge) } : {}
}

/** Registers a new passkey of somebody. */
export async function register(by: Actor, authenticator = new SoftAuthenticator()) {
  const { options, sign } = yes(await begin(by))
  const attestation = authenticator.make(options.challenge)
  yes(await addPasskey(by, actOf(by), { name: 'Laptop', attestation, ...allowed(sign) }))
  made.set(authenticator.credentialId, authenticator)
  return authenticator
}

/** Removes a passkey of somebody, for which one of theirs signs. */
export async function remove(by: Actor, { credentialId }: { credentialId: string }) {
  const begun = await beginRemoval(by, actOf(by), { credentialId })
  const signed = begun.ok ? allowed(begun.value.sign) : {}
  return removePasskey(by, actOf(by), { credentialId, ...signed })
}

/** Opens the dialog and has a passkey sign what it shows. */
export async function signed(
  demo: DemoPeople,
  by: Actor,
  {
    requestId,
    authenticator,
    told = {},
    verdict = 'approve',
  }: {
    requestId: RequestId
    authenticator: SoftAuthenticator
    told?: Told
    verdict?: 'approve' | 'deny'
  },
) {
  const { nonce, digest } = await demo.shown(by, requestId, verdict)
  const challenge = Buffer.from(digest, 'hex').toString('base64url')
  return { requestId, nonce, digest, assertion: authenticator.sign(challenge, told) }
}

export const approve = (by: Actor, form: Parameters<typeof approveRequest>[2]) =>
  approveRequest(by, actOf(by), form)
export const deny = (by: Actor, form: Parameters<typeof approveRequest>[2]) =>
  denyRequest(by, actOf(by), { ...form, reason: 'Ticket 4711 is closed.' })

/** The default policies, with a passkey required of everybody who signs for Security. */
export async function requirePasskeys(): Promise<void> {
  const text = policyText()
  const policies = text.policies.map(({ name, text: cedar }) => ({
    name,
    text: cedar.replaceAll('@approval("security")', '@approval("security") @passkey("required")'),
  }))
  yes(await installPolicySet({ via: 'setup' }, { ...text, policies }, GROUPS))
}

export const usualPolicies = async () => yes(await installPolicySet({ via: 'setup' }, policyText(), GROUPS))

/** The last entries of the trail of one type. */
export async function entries(type: string) {
  const { rows } = await pool().query<{ entry: string }>(
    'select entry from trail_event where type = $1 order by leaf desc',
    [type],
  )
  return rows.map(({ entry }) => JSON.parse(entry) as { data: Record<string, unknown> })
}

const answerTo = (authenticator: SoftAuthenticator, digest: string, told: Told = {}) =>
  authenticator.sign(Buffer.from(digest, 'hex').toString('base64url'), told)

/** The form of a requester who breaks glass, signed with a passkey. */
export async function glassForm(demo: DemoPeople, by: Actor, authenticator: SoftAuthenticator, told?: Told) {
  const form = demo.form('resolve-a-refund-ticket', { durationMinutes: 15 })
  const { nonce, digest } = yes(await prepareBreakGlass(by, actOf(by), form))
  return { ...form, nonce, digest, assertion: answerTo(authenticator, digest, told) }
}

export const breakGlass = async (demo: DemoPeople, by: Actor, authenticator: SoftAuthenticator) =>
  submitBreakGlass(by, actOf(by), await glassForm(demo, by, authenticator))

/** Signs the review of a use of break-glass, with a passkey when one is given. */
export async function review(by: Actor, requestId: RequestId, authenticator?: SoftAuthenticator) {
  const prepared = await prepareReview(by, actOf(by), { requestId })
  if (!prepared.ok) return prepared
  const { nonce, digest } = prepared.value
  const assertion = authenticator && answerTo(authenticator, digest)
  return signReview(by, actOf(by), { requestId, nonce, digest, assertion, note: 'It was necessary.' })
}
