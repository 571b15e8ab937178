import { KeyObject, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadSigningKey } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { epoch, type KeyPair, makeKey, proofFor, signJwt } from '@/tests/bench/exchange/callers'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { startReplica } from '@/tests/harness/replica'
import {
  activate,
  buildWorld,
  grantTask,
  type ScopeKey,
  SERVERS,
  type TestWorld,
  TRUST_DOMAIN,
} from '@/tests/harness/world'

// Two authorities, each a process of its own, that have just answered the same question twice: what is changed then is
// seen by the next request at either. The other changes are in changes.test.ts.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const ISSUER = 'http://127.0.0.1:3001'
const TOKEN = `${ISSUER}/oauth/token`
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const LIFE_SECONDS = 1200
const AT_WORK = `@id("at-work") @says("Only while people are at work.")
  forbid (principal, action, resource) unless { context.workingHours };`

let db: FreshDatabase
let world: TestWorld
let replicas: readonly Awaited<ReturnType<typeof startReplica>>[] = []

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  const text = readDefaultPolicySet('policies')
  await activate({ ...text, policies: [...text.policies, { name: '40-hours.cedar', text: AT_WORK }] })
  await workOn('{1,2,3,4,5,6,7}')
  replicas = [await startReplica(db, ISSUER), await startReplica(db, ISSUER)]
})
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()))
  await db.dispose()
})

/** Whoever works all day on all days works now; whoever works on none never does. */
const workOn = (days: string) =>
  pool().query(
    `update tenant set work_days = $1::int[], work_from = 0, work_until = 24, hours_rev = hours_rev + 1`,
    [days],
  )

type Caller = {
  of: KeyPair
  grantId: GrantId
  requestId: RequestId
  scope: ScopeKey
  form: () => Record<string, string>
}

/** An agent with a grant for one scope, signed for by an approver, that proves itself with its SPIFFE ID. */
async function caller(scope: ScopeKey): Promise<Caller> {
  const { grantId, requestId } = await grantTask(world, { scopes: [scope], signed: ['approver'] })
  const sub = `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`
  const times = { iat: epoch(), exp: epoch() + LIFE_SECONDS }
  const signing = loadSigningKey(await findActiveSigningKey(), SECRET)
  const [common, key] = [{ aud: ISSUER, ...times }, KeyObject.from(world.domainKey.privateKey)]
  const mandate = signMandate(
    {
      ...{ iss: ISSUER, ...common, sub: world.people.requester, may_act: { sub } },
      ...{ jti: newId('MandateId'), txn: requestId, grant_id: grantId },
    },
    signing,
  )
  const workload = signJwt(
    { typ: 'JWT', kid: world.domainKey.kid },
    { sub, jti: randomUUID(), ...common },
    key,
  )
  const resource = scope === 'secret' ? SERVERS.vault : SERVERS.tickets
  const form = { subject_token: mandate, resource, actor_token: workload, actor_token_type: JWT }
  return { of: makeKey(), grantId, requestId, scope, form: () => form }
}

/** The same agent, which proves itself with a key of its own. Each of its assertions serves once. */
async function callerWithKey() {
  const { form, ...rest } = await caller('read')
  const [own, agentId] = [makeKey(), world.agents.triage]
  const row = {
    ...{ id: newId('IdentityId'), agentId, environment: 'staging', jwk: own.jwk, jkt: own.jkt },
    ...{ addedBy: world.people.owner, added: new Date() },
  }
  await database().agentKey.create({ data: row })
  const assertion = () =>
    signJwt({}, { iss: agentId, sub: agentId, aud: ISSUER, jti: randomUUID(), exp: epoch() + 60 }, own.key)
  const asClient = () => {
    const { subject_token, resource } = form()
    return {
      ...{ subject_token: String(subject_token), resource: String(resource), client_assertion: assertion() },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
  }
  return { caller: { ...rest, form: asClient }, row }
}

/** Asks one replica for a token, as any client would ask the issuer. "issued", or why not. */
async function ask(url: string, { of, form }: Caller) {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { dpop: proofFor(of, TOKEN) },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: JWT,
      ...form(),
    }),
  })
  const { reason, policies } = await response.json()
  return response.status === 200 ? 'issued' : [reason, ...(policies ?? [])].join(' ')
}

/** Asks one replica whether a call under the grant may be answered, as its resource server does. "allowed", or why not. */
async function decide(url: string, { grantId, scope }: Caller) {
  const isSecret = scope === 'secret'
  const asker = makeAsker(world, ISSUER, isSecret ? 'vault' : 'tickets', url)
  const question = isSecret
    ? aboutGrant(grantId, 'secret:read', `${SERVERS.vault}/s/billing`)
    : aboutGrant(grantId)
  const { decision, context } = await asker.send(question)
  return decision ? 'allowed' : [context.reason, ...(context.policies ?? [])].join(' ')
}

const decideBoth = (caller: Caller) => Promise.all(replicas.map(({ url }) => decide(url, caller)))
const askBoth = (caller: Caller) => Promise.all(replicas.map(({ url }) => ask(url, caller)))
const both = (answer: string) => [answer, answer]

type Change = { change: () => unknown; undo: () => unknown; refused: string; decided?: string }

/**
 * Issued and decided at both, and again with what both keep; refused at both once it is changed; both as before when it is.
 * `decided`: what a resource server hears, where that is something else.
 */
async function expectSeen(caller: Caller, { change, undo, refused, decided = refused }: Change) {
  const expectFine = async () => {
    expect(await askBoth(caller)).toEqual(both('issued'))
    expect(await decideBoth(caller)).toEqual(both('allowed'))
  }
  await expectFine()
  await expectFine()
  await change()
  const answers = await Promise.all([askBoth(caller), decideBoth(caller)]).finally(undo)
  expect(answers).toEqual([both(refused), both(decided)])
  await expectFine()
}

describe('the next request, at both of two processes, sees', () => {
  test('a tenant that works at other hours', async () => {
    await expectSeen(await caller('read'), {
      change: () => workOn('{}'),
      undo: () => workOn('{1,2,3,4,5,6,7}'),
      refused: 'policy_refused at-work',
    })
  })

  test('an approval whose signer has left the group', async () => {
    const where = { personId: world.people.approver }
    const [seat] = await database().groupMember.findMany({ where })
    if (!seat) throw new Error('The approver sits in no group.')
    await expectSeen(await caller('secret'), {
      change: () => database().groupMember.deleteMany({ where }),
      undo: () => database().groupMember.create({ data: seat }),
      refused: 'policy_refused secret-read-needs-security',
    })
  })

  test('an approval of another version than the request has', async () => {
    const one = await caller('secret')
    const set = (version: number) =>
      database().request.update({ where: { id: one.requestId }, data: { version } })
    await expectSeen(one, {
      change: () => set(2),
      undo: () => set(1),
      refused: 'policy_refused secret-read-needs-security',
    })
  })

  test('a key of the agent’s own that was taken away', async () => {
    const { caller, row } = await callerWithKey()
    await expectSeen(caller, {
      change: () => database().agentKey.delete({ where: { id: row.id } }),
      undo: () => database().agentKey.create({ data: row }),
      // With what its agent proves itself is nothing of a grant.
      ...{ refused: 'client_unknown', decided: 'allowed' },
    })
  })
})
