import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { noteStoppedAgents, STILL_ASKING } from '@/lib/usecases/agents/note-stopped-agents'
import { countWorkloadProofs } from '@/lib/usecases/facts/workloads'
import { refusalOf } from '@/tests/harness/authority'
import { addIssuer, addSubject, issued, newKey } from '@/tests/harness/issuers'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { serveWorkloadIssuer, type WorkloadIssuer } from '@/tests/harness/workload-issuer'
import { grantTask, type KeyOfTests, SERVERS, TRUST_DOMAIN } from '@/tests/harness/world'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const GITHUB = 'https://token.actions.githubusercontent.example'
const CLUSTER = 'https://kubernetes.default.svc.cluster.example'

let provider: WorkloadIssuer
let mandate: string
let github: { id: string; key: KeyOfTests }
let cluster: { id: string; key: KeyOfTests }

withAuthority()
beforeAll(async () => {
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
  provider = await serveWorkloadIssuer(['triage-runner', 'other-runner'])
  const issuerId = await addIssuer(world, { issuer: provider.issuer, kind: 'oidc', key: null })
  await addSubject(world, { issuerId, subject: 'triage-runner', environment: 'staging' })
  github = await setUpGithub()
  cluster = await setUpCluster()
})
afterAll(async () => {
  await provider.close()
})

async function setUpGithub() {
  const key = await newKey()
  const names = [{ value: 'stage', environment: 'staging' }]
  const environments = { claim: 'environment', names }
  const id = await addIssuer(world, { issuer: GITHUB, kind: 'github', key, environments })
  const conditions = [{ claim: 'ref', is: 'prefix', value: 'refs/heads/release/' } as const]
  await addSubject(world, { issuerId: id, subject: '4711', conditions })
  return { id, key }
}

async function setUpCluster() {
  const key = await newKey()
  const names = [{ value: 'agents-staging', environment: 'staging' }]
  const environments = { claim: '/kubernetes.io/namespace', names }
  const id = await addIssuer(world, { issuer: CLUSTER, kind: 'kubernetes', key, environments })
  const uid = { claim: '/kubernetes.io/serviceaccount/uid', is: 'exact', value: 'uid-1' } as const
  const subject = 'system:serviceaccount:agents-staging:triage'
  await addSubject(world, { issuerId: id, subject, conditions: [uid] })
  return { id, key }
}

const onTickets = (svid: string, more: object = {}) =>
  agent.exchange({ mandate, resource: SERVERS.tickets, svid, ...more })
const reasonOf = async (token: Promise<string> | string, more: object = {}) =>
  (await refusalOf(onTickets(await token, more))).reason

const workflow = (over: object = {}, key = github.key) =>
  issued(key, {
    ...{ iss: GITHUB, aud: authority.issuer, sub: 'repo:acme/triage:environment:stage' },
    ...{ repository_id: '4711', repository: 'acme/triage', environment: 'stage' },
    ...{ ref: 'refs/heads/release/7', ...over },
  })

const pod = (over: object = {}, k8s: object = {}, key = cluster.key) =>
  issued(key, {
    ...{ iss: CLUSTER, aud: [authority.issuer], sub: 'system:serviceaccount:agents-staging:triage' },
    'kubernetes.io': {
      ...{ namespace: 'agents-staging', serviceaccount: { name: 'triage', uid: 'uid-1' } },
      ...{ pod: { name: 'triage-7f', uid: 'p' }, ...k8s },
    },
    ...over,
  })

describe('a company’s OpenID provider', () => {
  test('its token is the workload’s proof: exchange, own token, completion', async () => {
    const { grantId } = await grantTask(world)
    const asserted = await provider.tokenFor('triage-runner', authority.issuer)
    const own = await ownToken(asserted)
    const got = await agent.call('GET', `/grants/${grantId}/mandate`, own)
    const { mandate: theirs } = await got.json()
    const answer = await onTickets(asserted, { mandate: theirs })
    expect(answer).toMatchObject({ expires_in: 300, scope: 'ticket:read' })
    expect((await agent.call('POST', `/grants/${grantId}/complete`, own)).status).toBe(200)
    expect(provider.asked.filter((url) => url.startsWith('/jwks'))).toHaveLength(1)
  })

  test('its tokens for others, of others, and those that are access tokens by their type are refused', async () => {
    const { issuer } = authority
    expect(await reasonOf(provider.tokenFor('other-runner', issuer))).toBe('actor_unknown')
    expect(await reasonOf(provider.tokenFor('triage-runner', SERVERS.tickets))).toBe('actor_audience')
    expect(await reasonOf(provider.tokenFor('triage-runner', issuer, { scope: 'at' }))).toBe(
      'actor_malformed',
    )
  })

  test('A20: it belongs to the first key that used it', async () => {
    const token = await provider.tokenFor('triage-runner', authority.issuer)
    const before = countWorkloadProofs()
    await onTickets(token)
    await onTickets(token)
    const { asked, kept } = countWorkloadProofs()
    expect([asked - before.asked, kept - before.kept]).toEqual([2, 1])
    const thief = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    expect(await reasonOf(token, { dpop: thief })).toBe('actor_key_mismatch')
  })
})

/** The agent's own token, with a token of its issuer as the assertion, as clouds take it. */
async function ownToken(assertion: string): Promise<string> {
  const federated: oauth.ClientAuth = (_server, _client, body) => {
    body.set('client_assertion_type', JWT_BEARER)
    body.set('client_assertion', assertion)
  }
  const options = { [oauth.allowInsecureRequests]: true, DPoP: agent.dpop }
  const { server, client } = agent
  const resource = { resource: authority.issuer }
  const response = await oauth.clientCredentialsGrantRequest(server, client, federated, resource, options)
  return (await oauth.processClientCredentialsResponse(server, client, response)).access_token
}

describe('a workflow of GitHub', () => {
  test('is known by the id of its repository, whatever that is called', async () => {
    await onTickets(await workflow())
    await onTickets(
      await workflow({ repository: 'acme/renamed', sub: 'repo:acme/renamed:environment:stage' }),
    )
    expect(await reasonOf(workflow({ repository_id: '4712' }))).toBe('actor_unknown')
    expect(await reasonOf(workflow({ repository_id: undefined }))).toBe('actor_malformed')
  })

  test('runs where its claims say, and a place that is not in the list is nowhere', async () => {
    expect(await reasonOf(workflow({ environment: 'prod' }))).toBe('environment_mismatch')
    expect(await reasonOf(workflow({ environment: undefined }))).toBe('environment_mismatch')
  })

  test('has to meet the conditions of the agent', async () => {
    const said = await refusalOf(onTickets(await workflow({ ref: 'refs/pull/1/merge' })))
    expect(said).toMatchObject({ reason: 'actor_unknown' })
    expect(said.error_description).toContain('ref starts with refs/heads/release/')
  })

  test('leaves one trace a minute on its agent when it comes from elsewhere, and raises no alarm', async () => {
    for (const more of [{ environment: 'prod' }, { ref: 'refs/pull/1/merge' }])
      for (let time = 0; time < STILL_ASKING.times; time += 1) await reasonOf(workflow(more))
    await reasonOf(workflow({ repository_id: '4712' }))
    const where = { type: 'agent.refused', agentId: world.agents.triage }
    const rows = await database().trailEvent.findMany({ where })
    const reasons = rows.map(({ entry }) => JSON.parse(entry).data.reason)
    const elsewhere = reasons.filter((reason) => /conditions|environment/.test(reason))
    expect(elsewhere.sort()).toEqual(['actor_conditions', 'environment_mismatch'])
    expect(await noteStoppedAgents()).toEqual({ noted: 0 })
  })

  test('says what is wrong as client authentication too', async () => {
    const said = async (more: object) => refusalOf(ownToken(await workflow(more)))
    expect(await said({ environment: 'prod' })).toMatchObject({ status: 400, reason: 'environment_mismatch' })
    for (const more of [{ ref: 'refs/pull/1/merge' }, { repository_id: '4712' }])
      expect(await said(more)).toMatchObject({ status: 401 })
  })
})

describe('a service account of Kubernetes', () => {
  test('is known by namespace, name and uid', async () => {
    await onTickets(await pod())
    const again = { serviceaccount: { name: 'triage', uid: 'uid-2' } }
    expect(await reasonOf(pod({}, again))).toBe('actor_unknown')
    expect(await reasonOf(pod({ sub: 'system:serviceaccount:other:triage' }))).toBe('actor_unknown')
    expect(await reasonOf(pod({}, { namespace: 'other' }))).toBe('environment_mismatch')
  })
})

describe('A22, A23, A26', () => {
  test('another issuer’s token with the subject of this agent is refused', async () => {
    const subject = 'system:serviceaccount:agents-staging:triage'
    expect(await reasonOf(pod({ iss: GITHUB, repository_id: '4711' }))).toBe('actor_untrusted')
    expect(await reasonOf(workflow({ sub: subject, repository_id: 'none' }))).toBe('actor_unknown')
    expect(await reasonOf(workflow({ iss: 'https://unknown.example' }))).toBe('actor_untrusted')
    const spiffe = `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`
    expect(await reasonOf(workflow({ sub: spiffe }))).toBe('actor_untrusted')
  })

  test('of X with the mandate of Y is refused', async () => {
    await addSubject(world, {
      issuerId: github.id,
      subject: '900',
      agent: 'stranger',
      environment: 'staging',
    })
    expect(await reasonOf(workflow({ repository_id: '900' }))).toBe('actor_mismatch')
  })

  test('expired, ahead, for more than a day, with a second audience, unsigned: refused', async () => {
    const now = Math.floor(Date.now() / 1000)
    const cases: [object, string][] = [
      [{ exp: now - 61 }, 'actor_expired'],
      [{ nbf: now + 61 }, 'actor_expired'],
      [{ exp: now + 2 * 86_400 }, 'actor_expired'],
      [{ aud: [authority.issuer, SERVERS.tickets] }, 'actor_audience'],
      [{ exp: undefined }, 'actor_malformed'],
    ]
    for (const [over, reason] of cases) expect(await reasonOf(workflow(over))).toBe(reason)
    const [, claims] = (await workflow()).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await reasonOf(`${none}.${claims}.AAAA`)).toBe('actor_malformed')
    expect(await reasonOf(workflow({}, cluster.key))).toBe('actor_untrusted')
  })
})

describe('two agents never match one proof', () => {
  test('the same subject cannot be given to a second one, whatever its conditions', async () => {
    const other = { issuerId: github.id, subject: '4711', agent: 'stranger' } as const
    const conditions = [{ claim: 'ref', is: 'exact', value: 'refs/heads/main' } as const]
    await expect(addSubject(world, { ...other, conditions })).rejects.toThrow(/unique/i)
    const again = { issuer: GITHUB, kind: 'oidc', key: github.key } as const
    await expect(addIssuer(world, again)).rejects.toThrow(/unique/i)
  })
})

describe('one proof, one way to read it', () => {
  test('a token that fits a trust domain and an issuer by one shared key speaks for one agent only', async () => {
    const publicJwk = { ...world.domainKey.publicJwk, use: 'sig' }
    const key = { ...world.domainKey, publicJwk }
    const id = await addIssuer(world, { issuer: 'https://both.example', kind: 'oidc', key })
    const spiffe = `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`
    await addSubject(world, { issuerId: id, subject: spiffe, agent: 'stranger', environment: 'staging' })
    await addSubject(world, { issuerId: id, subject: 'plain', agent: 'stranger', environment: 'staging' })
    const both = (sub: string) =>
      issued(world.domainKey, { iss: 'https://both.example', aud: authority.issuer, sub })
    // The SPIFFE ID decides, for whoever it was registered; the issuer is not asked.
    await onTickets(await both(spiffe))
    expect(await reasonOf(both('plain'))).toBe('actor_mismatch')
  })
})

describe('what is changed is seen by the next request', () => {
  test('a subject, a condition, a mapping, the issuer itself', async () => {
    const id = await addIssuer(world, { issuer: 'https://ci.example', kind: 'oidc', key: github.key })
    const { id: row } = await addSubject(world, { issuerId: id, subject: 'runner', environment: 'staging' })
    const runner = await issued(github.key, {
      iss: 'https://ci.example',
      aud: authority.issuer,
      sub: 'runner',
    })
    const own = await ownToken(runner)
    await onTickets(runner)
    const set = (data: object) => database().agentSubject.update({ where: { id: row }, data })
    await set({ conditions: [{ claim: 'team', is: 'one_of', values: ['a', 'b'] }] })
    expect(await reasonOf(runner)).toBe('actor_unknown')
    await set({ conditions: [], environment: null })
    expect(await reasonOf(runner)).toBe('environment_mismatch')
    await set({ environment: 'staging' })
    await onTickets(runner)
    await database().agentSubject.delete({ where: { id: row } })
    expect(await reasonOf(runner)).toBe('actor_unknown')
    expect((await refusalOf(agent.call('GET', '/grants', own))).reason).toBe('actor_unknown')
    await database().oidcIssuer.delete({ where: { id } })
    expect(await reasonOf(runner)).toBe('actor_untrusted')
  })
})
