import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { delegationToStore, snapshotOf } from '@/lib/data/rows'
import { insertGrantStatus } from '@/lib/data/status-lists'
import { cutToStore } from '@/lib/data/write-approvals'
import type { Delegation } from '@/lib/domain/delegation'
import type { PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { JsonObject } from '@/lib/domain/json'
import { Scope } from '@/lib/domain/scope'
import type { Cut } from '@/lib/domain/terms'
import type { World } from '@/lib/domain/world'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import type { PolicySetText } from '@/lib/policy/load'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { addWorld } from '@/lib/usecases/setup/add-world'

/** Everything an authority needs around it: people, groups, agents, resource servers, policies, a trust domain. */
export type TestWorld = Awaited<ReturnType<typeof buildWorld>>

export const TRUST_DOMAIN = 'agents.example'
export const SERVERS = {
  tickets: 'https://tickets.example',
  vault: 'https://vault.example',
} as const

export const setup = { via: 'setup' } as const

const ACTIONS = [
  { key: 'read', server: 'tickets', action: 'ticket:read', path: '/t/4711', sensitivity: 1 },
  { key: 'comment', server: 'tickets', action: 'ticket:comment', path: '/t/4711', sensitivity: 2 },
  { key: 'other', server: 'tickets', action: 'ticket:read', path: '/t/4712', sensitivity: 1 },
  { key: 'secret', server: 'vault', action: 'secret:read', path: '/s/billing', sensitivity: 3 },
] as const
export type ScopeKey = (typeof ACTIONS)[number]['key']

export async function buildWorld() {
  const domainKey = await keyPair('jwt-svid')
  const serverKeys = { tickets: await keyPair('sig'), vault: await keyPair('sig') }
  const people = {
    requester: newId('PersonId'),
    approver: newId('PersonId'),
    second: newId('PersonId'),
    owner: newId('PersonId'),
  }
  const agents = { triage: newId('AgentId'), stranger: newId('AgentId') }
  const tenant = { id: newId('TenantId'), slug: 'acme', name: 'Acme' }
  const scopes = ACTIONS.map((action) => ({ ...action, id: newId('ScopeId') }))
  const world: World = {
    tenant,
    people: Object.entries(people).map(([subject, id]) => ({
      ...{ id, subject, issuer: 'https://idp.example', name: subject },
      roles: subject === 'requester' ? ['requester'] : ['approver'],
    })),
    groups: [group('security', people.approver, people.second), group('data-owners', people.owner)],
    trustDomain: { name: TRUST_DOMAIN, bundle: { keys: [domainKey.publicJwk] } },
    agents: Object.entries(agents).map(([slug, id]) => ({
      ...{ id, slug, purpose: 'Works in tests.', workload: `agent/${slug}`, owners: [people.owner] },
      environments: ['staging', 'production'],
    })),
    servers: Object.entries(SERVERS).map(([name, identifier]) => ({
      ...{ id: newId('ResourceServerId'), name, identifier, type: name === 'tickets' ? 'ticket' : 'secret' },
      check: 'introspection',
      asksOnline: name === 'vault',
      clientJwk: serverKeys[name as keyof typeof SERVERS].publicJwk,
      scopes: scopes
        .filter(({ server }) => server === name)
        .map(({ id, action, path, sensitivity }) => ({
          ...{ id, action, sensitivity, resource: `${identifier}${path}` },
          ...{ dataDomain: 'support', maxSeconds: 8 * 3600 },
        })),
    })),
    templates: [],
  }
  await addWorld(setup, world)
  await activate(readDefaultPolicySet('policies'))
  return { tenantId: tenant.id, people, agents, domainKey, serverKeys, scopeIds: idsOf(scopes) }
}

const idsOf = (scopes: readonly { key: ScopeKey; id: string }[]) =>
  Object.fromEntries(scopes.map(({ key, id }) => [key, id])) as Record<ScopeKey, string>

const group = (slug: string, ...members: PersonId[]) => ({ id: newId('GroupId'), slug, name: slug, members })

/** Puts a policy set in force. */
export const activate = (text: PolicySetText) =>
  installPolicySet(
    setup,
    text,
    new Map([
      ['security', 2],
      ['data-owners', 2],
    ]),
  )

export type KeyOfTests = Awaited<ReturnType<typeof keyPair>>

export async function keyPair(use: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: crypto.randomUUID(), use, alg: 'ES256' }
  return { privateKey, kid: jwk.kid ?? '', publicJwk: jwk as JsonObject }
}

type Task = {
  agent?: keyof TestWorld['agents']
  scopes?: readonly ScopeKey[]
  environment?: string
  seconds?: number
  /** Began this long ago. */
  agoSeconds?: number
  /** Who countersigned as Security. */
  signed?: readonly (keyof TestWorld['people'])[]
  /** Which sub-agents that was for too, and what each of them took away. */
  delegation?: Delegation
  cut?: Cut
  /** How many uses it gives. */
  uses?: number
}

/** A live grant with its request, as if everything before it had happened. */
export async function grantTask(world: TestWorld, task: Task = {}) {
  const {
    agent = 'triage',
    scopes = ['read'],
    environment = 'staging',
    seconds = 1800,
    signed = [],
    delegation,
  } = task
  const [grantId, requestId] = [newId('GrantId'), newId('RequestId')]
  const opened = new Date(Date.now() - (task.agoSeconds ?? 0) * 1000)
  const snapshots = await snapshotsOf(scopes.map((key) => world.scopeIds[key]))
  const common = { agentId: world.agents[agent], requesterId: world.people.requester, environment }
  await database().request.create({
    data: {
      ...{
        id: requestId,
        tenantId: world.tenantId,
        ...common,
        goal: 'Look at a ticket.',
        goalCategory: 'support',
      },
      ...{ justification: 'Because.', ticket: 'T-1', durationSeconds: seconds, state: 'granted', stages: [] },
      ...{ policySet: '0'.repeat(64), filed: opened, decided: opened, answerBy: opened, digest: '' },
    },
  })
  await database().grant.create({
    data: {
      ...(delegation ? { delegation: delegationToStore(delegation) } : {}),
      ...{ id: grantId, requestId, tenantId: world.tenantId, ...common, state: 'live', opened },
      ...(task.uses === undefined ? {} : { uses: task.uses, usesLeft: task.uses }),
      expires: new Date(opened.getTime() + seconds * 1000),
    },
  })
  await insertGrantStatus(async (sql, ...values) => (await pool().query(sql, values)).rows, grantId, opened)
  await database().grantScope.createMany({ data: snapshots.map((snapshot) => ({ grantId, ...snapshot })) })
  for (const who of signed) await sign(requestId, world.tenantId, world.people[who], task.cut)
  return { grantId, requestId }
}

async function snapshotsOf(ids: readonly string[]) {
  const rows = await database().scope.findMany({ where: { id: { in: [...ids] } }, include: { server: true } })
  return rows.map(({ server, ...row }) =>
    snapshotOf(
      Scope.parse({
        ...{ ...row, serverName: server.name, serverIdentifier: server.identifier, serverType: server.type },
        asksOnline: server.asksOnline,
      }),
    ),
  )
}

const sign = (requestId: RequestId, tenantId: TenantId, personId: PersonId, cut?: Cut) =>
  database().approval.create({
    data: {
      ...{ id: newId('ApprovalId'), requestId, tenantId, personId, version: 1, stage: 'security' },
      ...{ verdict: 'approve', nonce: crypto.randomUUID(), preimage: '', digest: '', signed: new Date() },
      ...(cut ? { cut: cutToStore(cut) } : {}),
    },
  })

/** What the trust domain says of a workload: a JWT-SVID (SPIFFE JWT-SVID §3). Any part can be made wrong. */
export function svidOf(
  world: Pick<TestWorld, 'domainKey'>,
  audience: string,
  of: { agent?: string; environment?: string; path?: string; seconds?: number } = {},
): Promise<string> {
  const { agent = 'triage', environment = 'staging', seconds = 300 } = of
  const { path = `/env/${environment}/agent/${agent}` } = of
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: world.domainKey.kid })
    .setSubject(`spiffe://${TRUST_DOMAIN}${path}`)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(world.domainKey.privateKey)
}
