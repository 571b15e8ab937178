import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { completeGrant } from '@/lib/usecases/grants/complete-grant'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, GROUPS, no, policyText, yes } from '@/tests/harness/demo'
import { atMark } from '@/tests/harness/marks'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor
let sets: { usual: string; strict: string }

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  await ensureSigningKeys(process.env.COUNTERSIGN_SECRET ?? '')
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  const usual = (await findPolicyVersionInForce()) ?? ''
  const text = policyText()
  const forbid =
    '@id("nothing-today")\n@says("Nothing is given today.")\nforbid (principal, action, resource);\n'
  const stricter = { ...text, policies: [...text.policies, { name: '99-today.cedar', text: forbid }] }
  const { version: strict } = yes(await installPolicySet({ via: 'setup' }, stricter, GROUPS))
  sets = { usual, strict }
  await inForce(usual)
})
afterAll(() => db.dispose())

const run = (sql: string, ...values: unknown[]) => pool().query(sql, values)
const inForce = (version: string) => run('update policy_in_force set version = $1', version)

/** What may change in the milliseconds between deciding and writing, and how it is put right again. */
const CHANGES = {
  'the agent is suspended': {
    make: () => run('update agent set suspended = now(), rev = rev + 1'),
    undo: () => run('update agent set suspended = null'),
  },
  'the agent has another owner': {
    make: async () => {
      await run('update agent set rev = rev + 1')
      await run('insert into agent_owner select id, $1 from agent', approver.personId)
    },
    undo: () => run('delete from agent_owner where person_id = $1', approver.personId),
  },
  'the requester is disabled': {
    make: () => run('update person set disabled = now() where id = $1', requester.personId),
    undo: () => run('update person set disabled = null'),
  },
  'the approver is disabled': {
    make: () => run('update person set disabled = now() where id = $1', approver.personId),
    undo: () => run('update person set disabled = null'),
  },
  'the approver leaves the group': {
    make: () => run(`update group_member set person_id = 'P-N0B0DY' where person_id = $1`, approver.personId),
    undo: () => run(`update group_member set person_id = $1 where person_id = 'P-N0B0DY'`, approver.personId),
  },
  'the approver loses the role': {
    make: () =>
      run(
        `update role_holding set role = 'auditor' where role = 'approver' and person_id = $1`,
        approver.personId,
      ),
    undo: () =>
      run(
        `update role_holding set role = 'approver' where role = 'auditor' and person_id = $1`,
        approver.personId,
      ),
  },
  'the requester loses the role': {
    make: () =>
      run(
        `update role_holding set role = 'auditor' where role = 'requester' and person_id = $1`,
        requester.personId,
      ),
    undo: () =>
      run(
        `update role_holding set role = 'requester' where role = 'auditor' and person_id = $1`,
        requester.personId,
      ),
  },
  'a scope is retired': {
    make: () => run('update scope set retired = now()'),
    undo: () => run('update scope set retired = null'),
  },
  'a resource server is suspended': {
    make: () => run('update resource_server set suspended = now()'),
    undo: () => run('update resource_server set suspended = null'),
  },
  'another policy set is in force': { make: () => inForce(sets.strict), undo: () => inForce(sets.usual) },
} satisfies Record<string, { make: () => Promise<unknown>; undo: () => Promise<unknown> }>
type Change = keyof typeof CHANGES
const EVERY = Object.keys(CHANGES) as Change[]
const OF_REQUESTER = EVERY.filter((change) => !change.includes('approver') && !change.includes('owner'))

async function meanwhile<T>(change: Change, act: () => Promise<Result<T>>): Promise<Result<T>> {
  atMark('begin', CHANGES[change].make)
  return act().finally(CHANGES[change].undo)
}

const grants = () => database().grant.count()
const leaves = async () => (await run('select next_leaf from trail_head')).rows

beforeAll(() =>
  run(`insert into person (id, issuer, subject, name) values ('P-N0B0DY', 'i', 'nobody', 'Nobody')`),
)

describe('between deciding and writing', () => {
  test.each(EVERY)('%s: the signature opens nothing', async (change) => {
    const requestId = await demo.file('resolve-a-refund-ticket', requester)
    const { nonce, digest } = await demo.shown(approver, requestId)
    const before = { grants: await grants(), leaves: await leaves() }
    const signed = { requestId, nonce, digest }
    const answer = await meanwhile(change, () => approveRequest(approver, actOf(approver), signed))
    expect(answer.ok).toBe(false)
    expect({ grants: await grants(), leaves: await leaves() }).toEqual(before)
    expect(await demo.read(requestId)).toMatchObject({ state: 'awaiting', approvals: [] })
    // Nothing was spent: what was shown can be signed once it is true again, or is told to have changed.
    if (change !== 'the agent is suspended' && change !== 'the agent has another owner')
      expect(yes(await approveRequest(approver, actOf(approver), signed)).state).toBe('granted')
  })

  test.each(OF_REQUESTER)('%s: filing opens nothing', async (change) => {
    const before = await grants()
    const form = demo.form('summarise-a-ticket')
    const answer = await meanwhile(change, () => submitRequest(requester, actOf(requester), form))
    expect(await grants()).toBe(before)
    // Another policy is simply asked instead, before anything is stored.
    if (change === 'another policy set is in force') expect(yes(answer).state).toBe('refused')
    else expect(answer.ok).toBe(false)
  })

  test.each(OF_REQUESTER)('%s: an edit opens nothing', async (change) => {
    const requestId = await demo.file('resolve-a-refund-ticket', requester)
    const { rev } = await demo.read(requestId)
    const before = await grants()
    const form = { ...demo.form('summarise-a-ticket'), requestId, rev }
    const answer = await meanwhile(change, () => editRequest(requester, actOf(requester), form))
    expect(await grants()).toBe(before)
    if (change === 'another policy set is in force') expect(yes(answer).state).toBe('refused')
    else expect(answer.ok).toBe(false)
  })

  test.each(['the agent is suspended', 'the requester is disabled'] as const)(
    '%s: no mandate is handed out',
    async (change) => {
      const { grant } = await demo.read(await demo.file('summarise-a-ticket', requester))
      if (!grant) throw new Error('There is no grant.')
      const answer = await meanwhile(change, () =>
        issueMandate(requester, actOf(requester), { grantId: grant.id }),
      )
      expect(no(answer)).toBe('changed_meanwhile')
      expect(await database().mandate.count()).toBe(0)
    },
  )
})

const waiting = () => demo.file('resolve-a-refund-ticket', requester)
const live = async () => {
  const { grant } = await demo.read(await demo.file('summarise-a-ticket', requester))
  if (!grant) throw new Error('There is no grant.')
  return { grantId: grant.id }
}

/** Acts on a waiting request or a live grant, each with everything before its own transaction done already. */
const IN_TIME: Record<
  string,
  { of: 'request' | 'grant' | 'nonce'; ready: () => Promise<() => Promise<Result<unknown>>> }
> = {
  approving: {
    of: 'request',
    ready: async () => {
      const requestId = await waiting()
      const { nonce, digest } = await demo.shown(approver, requestId)
      return () => approveRequest(approver, actOf(approver), { requestId, nonce, digest })
    },
  },
  'signing what was shown': {
    of: 'nonce',
    ready: async () => {
      const requestId = await waiting()
      const { nonce, digest } = await demo.shown(approver, requestId)
      return () => approveRequest(approver, actOf(approver), { requestId, nonce, digest })
    },
  },
  denying: {
    of: 'request',
    ready: async () => {
      const requestId = await waiting()
      const { nonce, digest } = await demo.shown(approver, requestId, 'deny')
      return () => denyRequest(approver, actOf(approver), { requestId, nonce, digest, reason: 'No.' })
    },
  },
  withdrawing: {
    of: 'request',
    ready: async () => {
      const requestId = await waiting()
      return () => withdrawRequest(requester, actOf(requester), { requestId })
    },
  },
  editing: {
    of: 'request',
    ready: async () => {
      const requestId = await waiting()
      const { rev } = await demo.read(requestId)
      const form = { ...demo.form('summarise-a-ticket'), requestId, rev }
      return () => editRequest(requester, actOf(requester), form)
    },
  },
  revoking: {
    of: 'grant',
    ready: async () => {
      const { grantId } = await live()
      return () => revokeGrant(requester, actOf(requester), { grantId, reason: '' })
    },
  },
  completing: {
    of: 'grant',
    ready: async () => {
      const of = await live()
      return () => completeGrant(requester, actOf(requester), of)
    },
  },
  'handing out a mandate': {
    of: 'grant',
    ready: async () => {
      const of = await live()
      return () => issueMandate(requester, actOf(requester), of)
    },
  },
}

// Times are kept to the millisecond, and rounded: one that is now may still be to come.
const JUST_NOW = `clock_timestamp() - interval '1 millisecond'`
const TIME_IS_UP = {
  request: `update request set answer_by = ${JUST_NOW} where state = 'awaiting'`,
  grant: `update permission_grant set expires = ${JUST_NOW} where state = 'live'`,
  nonce: `update signing_nonce set expires = ${JUST_NOW}`,
}

describe('time that runs out between deciding and writing', () => {
  test.each(Object.keys(IN_TIME))('stops %s', async (name) => {
    const { of, ready } = IN_TIME[name] ?? { of: 'grant', ready: () => Promise.reject(new Error(name)) }
    const act = await ready()
    const before = { grants: await grants(), leaves: await leaves() }
    atMark('begin', () => run(TIME_IS_UP[of]))
    expect((await act()).ok).toBe(false)
    expect({ grants: await grants(), leaves: await leaves() }).toEqual(before)
  })

  test('an edit in the last moment is not followed by a lapse', async () => {
    await noteExpiries('sweeper')
    const requestId = await waiting()
    await run('update request set answer_by = clock_timestamp() where id = $1', requestId)
    atMark('begin', () =>
      run(`update request set answer_by = now() + interval '1 day', rev = rev + 1 where id = $1`, requestId),
    )
    await noteExpiries('sweeper')
    expect(await eventsOf(requestId)).toEqual(['request.filed'])
    expect((await demo.read(requestId)).state).toBe('awaiting')
  })
})

const eventsOf = async (id: RequestId): Promise<string[]> => {
  const { rows } = await run('select type from trail_event where request_id = $1 order by leaf', id)
  return rows.map(({ type }) => type)
}
