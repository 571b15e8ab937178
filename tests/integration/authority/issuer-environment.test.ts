import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import type { newId } from '@/lib/data/new-id'
import { proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { NOWHERE, only } from '@/tests/harness/asked-where'
import { actOf } from '@/tests/harness/demo'
import { issued, newKey } from '@/tests/harness/issuers'
import { authority } from '@/tests/harness/open-authority'
import { ask, known, move, tested, triage, two, withReplica } from '@/tests/harness/where-it-runs'
import type { KeyOfTests } from '@/tests/harness/world'

// Who says where a workload runs: what is verified, then its own registration, then its trust domain or its issuer. Each
// change is asked about at two authorities, of which one is a process of its own.

withReplica()

describe('what an issuer states', () => {
  const CI = 'https://ci.example'
  let key: KeyOfTests
  const putIssuer = (environment: string) =>
    proposeTrust(two.first, actOf(two.first), {
      ...{ kind: 'issuer', issuer: CI, issuerKind: 'oidc', claim: 'stage', environment },
      ...{ names: 'live = production\ntest = staging', jwks: JSON.stringify({ keys: [key.publicJwk] }) },
    })
  async function addSubject(subject: string, environment: string) {
    const { id } = await database().oidcIssuer.findUniqueOrThrow({ where: { issuer: CI } })
    const issuerId = id as ReturnType<typeof newId<'OidcIssuerId'>>
    const input = {
      kind: 'subject',
      agentId: triage(),
      issuerId,
      subject,
      conditions: '',
      environment,
    } as const
    await two.agree(await proposeIdentity(two.first, actOf(two.first), input))
  }
  const runner = (sub: string, claims: object = {}) =>
    issued(key, { iss: CI, aud: authority.issuer, sub, jti: crypto.randomUUID(), ...claims })

  test('counts where neither a claim nor the registration says it', async () => {
    key = await newKey()
    await two.agree(await putIssuer(''))
    await addSubject('runner', '')
    await addSubject('own', 'staging')
    expect(await ask(await runner('runner'))).toEqual(NOWHERE)
    await two.agree(await putIssuer('production'))
    expect(await ask(await runner('runner'))).toEqual(only('production'))
    expect(await ask(await runner('runner', { stage: 'test' }))).toEqual(only('staging'))
    expect(await ask(await runner('own'))).toEqual(only('staging'))
    expect(await tested(await runner('runner'))).toContain('Its issuer is stated to run there.')
    expect((await known('runner of')).environment).toBe(
      'as its claims say, else production, as its issuer states',
    )
    await two.agree(await putIssuer('staging'))
    expect(await ask(await runner('runner'))).toEqual(only('staging'))
    await two.agree(await move('own of', ''))
    expect((await known('own of')).environment).toContain('as its issuer states')
    await two.agree(await move('own of', 'staging'))
  })

  test('and what an identity is registered with never overrule a claim', async () => {
    expect(await ask(await runner('own', { stage: 'test' }))).toEqual(only('staging'))
    expect(await ask(await runner('own', { stage: 'live' }))).toEqual(NOWHERE)
    for (const stage of ['other', '', 7, null, ['test'], { test: true }])
      for (const sub of ['own', 'runner']) expect(await ask(await runner(sub, { stage }))).toEqual(NOWHERE)
    expect(await tested(await runner('own', { stage: 'live' }))).toContain('elsewhere than it is registered')
    expect(await tested(await runner('own', { stage: 'other' }))).toContain('list does not know')
  })
})
