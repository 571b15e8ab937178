import * as oauth from 'oauth4webapi'
import { expect, test } from 'vitest'
import { proofOf } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS, svidOf } from '@/tests/harness/world'

withAuthority()

const JWT = 'urn:ietf:params:oauth:token-type:jwt'

/** Everything that can be wrong with an exchange, one fault behind the other. */
const ALL_WRONG = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  ...{ subject_token: 'nonsense', subject_token_type: JWT },
  ...{ actor_token: 'nonsense', actor_token_type: JWT },
  scope: 'ticket:shred',
}

type Mend = { form?: Record<string, string>; isProven?: boolean; first: string }

test('the first fault is told, in the order of PROTOCOLS 3, however many stand behind it', async () => {
  const { grantId } = await grantTask(world, { environment: 'staging' })
  const mandate = await agent.mandateOf(grantId)
  const svid = (of: Parameters<typeof svidOf>[2]) => svidOf(world, authority.issuer, of)
  const mends: readonly Mend[] = [
    { first: 'target_missing' },
    { form: { resource: SERVERS.tickets }, first: 'dpop_missing' },
    { isProven: true, first: 'actor_malformed' },
    { form: { actor_token: await svid({ agent: 'stranger' }) }, first: 'mandate_malformed' },
    { form: { subject_token: mandate }, first: 'actor_mismatch' },
    { form: { actor_token: await svid({ environment: 'production' }) }, first: 'scope_not_granted' },
    { form: { scope: 'ticket:read' }, first: 'environment_mismatch' },
    { form: { actor_token: await svid({}) }, first: 'issued' },
  ]
  const url = `${authority.issuer}/oauth/token`
  const keys = await oauth.generateKeyPair('ES256', { extractable: true })
  const told: string[] = []
  let form: Record<string, string> = ALL_WRONG
  let proven = false
  for (const mend of mends) {
    form = { ...form, ...mend.form }
    proven ||= mend.isProven ?? false
    const headers = proven ? { dpop: await proofOf(keys, 'POST', url) } : {}
    const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })
    const { reason, access_token } = await answer.json()
    told.push(access_token ? 'issued' : reason)
  }
  expect(told).toEqual(mends.map(({ first }) => first))
})
