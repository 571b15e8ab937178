import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { listTimeline } from '@/lib/data/timeline'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { loadPolicySet } from '@/lib/policy/load'
import { replay } from '@/lib/policy/replay'
import { aboutGrant, assertionOf, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { activate, grantTask, SERVERS } from '@/tests/harness/world'

let tickets: ReturnType<typeof makeAsker>
let vault: ReturnType<typeof makeAsker>

withAuthority()
beforeAll(async () => {
  tickets = makeAsker(world, authority.issuer, 'tickets')
  vault = makeAsker(world, authority.issuer, 'vault')
})

const SECRET_QUESTION = ['secret:read', `${SERVERS.vault}/s/billing`] as const
const tokenOf = async (grantId: string, resource: string, more = {}) =>
  (await agent.exchange({ mandate: await agent.mandateOf(grantId), resource, more })).access_token

describe('a grant', () => {
  test('that is live and covers the question is allowed, by policy asked again', async () => {
    const { grantId, requestId } = await grantTask(world)
    const answer = await tickets.send(aboutGrant(grantId), { headers: { 'x-request-id': 'call-17' } })
    expect([answer.status, answer.decision, answer.headers.get('x-request-id')]).toEqual([
      200,
      true,
      'call-17',
    ])
    const stored = await database().decision.findUniqueOrThrow({
      where: { id: answer.context.decision_id ?? '' },
    })
    expect(stored).toMatchObject({
      asked: 'online',
      verdict: 'allowed',
      requestId,
      grantId,
      action: 'ticket:read',
    })
    expect(replay(loadPolicySet(readDefaultPolicySet('policies')), stored.input).verdict).toBe('allowed')
    const [event] = await listTimeline(requestId)
    expect(event).toMatchObject({
      ...{ type: 'decision.asked', outcome: 'allowed', decisionIds: [stored.id], agentSlug: 'triage' },
      data: { server: SERVERS.tickets, serverName: 'tickets', reason: null },
    })
  })

  test('is refused in the words of policy once a signature falls', async () => {
    const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const ask = () => vault.send(aboutGrant(grantId, ...SECRET_QUESTION))
    expect((await ask()).decision).toBe(true)
    await database().approval.deleteMany({ where: { request: { grant: { id: grantId } } } })
    const refused = await ask()
    expect(refused).toMatchObject({ status: 200, decision: false, context: { reason: 'policy_refused' } })
    expect(refused.context.policies?.length).toBeGreaterThan(0)
    expect(refused.context.says?.join(' ')).toMatch(/Security/i)
  })

  test('that is over, not there, or of another resource server is not', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read'] })
    const reasonOf = async (asker: typeof tickets, ...question: Parameters<typeof aboutGrant>) => {
      const { status, decision, context } = await asker.send(aboutGrant(...question))
      expect([status, decision]).toEqual([200, false])
      return context.reason
    }
    expect(await reasonOf(vault, grantId, ...SECRET_QUESTION)).toBe('grant_unknown')
    expect(await reasonOf(vault, grantId)).toBe('grant_unknown')
    expect(await reasonOf(tickets, 'G-0000')).toBe('grant_unknown')
    expect(await reasonOf(tickets, 'no id at all')).toBe('grant_unknown')
    expect(await reasonOf(tickets, grantId, 'ticket:delete')).toBe('scope_not_granted')
    expect(await reasonOf(tickets, grantId, ...SECRET_QUESTION)).toBe('scope_not_granted')
    await database().agent.update({ where: { id: world.agents.triage }, data: { suspended: new Date() } })
    expect(await reasonOf(tickets, grantId)).toBe('actor_suspended')
    await database().agent.update({ where: { id: world.agents.triage }, data: { suspended: null } })
    await database().grant.update({ where: { id: grantId }, data: { state: 'revoked' } })
    expect(await reasonOf(tickets, grantId)).toBe('grant_revoked')
  })

  test('is never judged by what the caller says of it', async () => {
    const { grantId } = await grantTask(world, { scopes: ['secret'] })
    const own = { approvals: ['security'], breakGlass: true, environment: 'production', sensitivity: 1 }
    const question = aboutGrant(grantId, ...SECRET_QUESTION)
    const said = { ...question, resource: { ...question.resource, properties: own }, context: own }
    expect(await vault.send(said)).toMatchObject({ decision: false, context: { reason: 'policy_refused' } })
  })
})

describe('a token', () => {
  const about = (token: string, action = 'ticket:read', resource = `${SERVERS.tickets}/t/4711`) => ({
    ...aboutGrant('', action, resource),
    subject: { type: 'access_token', id: token },
  })

  test('stands for its grant, and for no more than itself', async () => {
    const { grantId, requestId } = await grantTask(world, { scopes: ['read', 'comment'] })
    const token = await tokenOf(grantId, SERVERS.tickets, { scope: 'ticket:read' })
    expect((await tickets.send(about(token))).decision).toBe(true)
    expect((await tickets.send(about(token, 'ticket:comment'))).context.reason).toBe('scope_not_granted')
    expect((await vault.send(about(token))).context.reason).toBe('token_audience')
    expect((await tickets.send(about(`${token}x`))).context.reason).toMatch(/^token_/)
    await agent.giveBack(token)
    const { context } = await tickets.send(about(token))
    expect([context.reason, context.policies]).toEqual(['token_revoked', []])
    const kept = JSON.stringify(await listTimeline(requestId))
    expect(kept).toContain('decision.asked')
    expect(kept).not.toContain('eyJ')
  })
})

describe('many questions', () => {
  const item = (action: string) => ({ action: { name: action } })
  const common = (id: string) => {
    const { subject, resource } = aboutGrant(id)
    return { subject, resource }
  }
  const decisions = (answer: { evaluations?: { decision: boolean }[] }) =>
    answer.evaluations?.map(({ decision }) => decision)

  test('share what stands beside them, part by part, and stop where they are told to', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'comment'] })
    const items = [item('ticket:read'), item('ticket:delete'), item('ticket:comment')]
    const ask = (evaluations_semantic?: string, evaluations: unknown[] = items) =>
      tickets.sendAll({
        ...common(grantId),
        evaluations,
        ...(evaluations_semantic ? { options: { evaluations_semantic } } : {}),
      })
    expect(decisions(await ask())).toEqual([true, false, true])
    expect(decisions(await ask('execute_all'))).toEqual([true, false, true])
    expect(decisions(await ask('deny_on_first_deny'))).toEqual([true, false])
    expect(decisions(await ask('permit_on_first_permit'))).toEqual([true])
    expect((await ask('whatever')).status).toBe(400)
    const other = { ...item('ticket:read'), resource: { type: 'resource', id: `${SERVERS.tickets}/t/4712` } }
    expect(decisions(await ask(undefined, [other]))).toEqual([false])
  })

  test('an item in error is refused alone, and none at all is one question', async () => {
    const { grantId } = await grantTask(world)
    const answer = await tickets.sendAll({ ...common(grantId), evaluations: [{}, 7, item('ticket:read')] })
    expect(decisions(answer)).toEqual([false, false, true])
    expect(answer.evaluations?.[0]?.context.error).toMatchObject({ status: 400 })
    const single = await tickets.sendAll({ ...aboutGrant(grantId), evaluations: [] })
    expect([single.status, single.decision]).toEqual([200, true])
  })
})

describe('bad questions', () => {
  test('each is answered with what to do, in no time', async () => {
    const { grantId } = await grantTask(world)
    const good = aboutGrant(grantId)
    const { subject: _, ...headless } = good
    const cases: [unknown, Record<string, string>, number, string][] = [
      [headless, {}, 400, 'request_malformed'],
      [{ ...good, action: {} }, {}, 400, 'request_malformed'],
      [[], {}, 400, 'request_malformed'],
      ['{"subject":', {}, 400, 'request_malformed'],
      ['{"a":1,"a":2}', {}, 400, 'request_malformed'],
      [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, {}, 400, 'request_malformed'],
      [{ ...good, context: { filler: 'x'.repeat(70_000) } }, {}, 413, 'request_too_large'],
      [good, { 'content-type': 'text/plain' }, 400, 'request_malformed'],
      [good, { authorization: '' }, 401, 'client_missing'],
      [good, { authorization: 'Bearer nonsense' }, 401, 'assertion_malformed'],
    ]
    for (const [body, headers, status, reason] of cases) {
      const answer = await tickets.send(body, { headers })
      expect([answer.status, answer.reason]).toEqual([status, reason])
      expect(answer.decision).toBeUndefined()
      if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    const many = { ...good, evaluations: Array.from({ length: 51 }, () => ({})) }
    expect((await tickets.sendAll(many)).status).toBe(400)
  })

  test('an assertion serves once', async () => {
    const { grantId } = await grantTask(world)
    const headers = { authorization: `Bearer ${await assertionOf(world, 'tickets', authority.issuer)}` }
    expect((await tickets.send(aboutGrant(grantId), { headers })).decision).toBe(true)
    expect(await tickets.send(aboutGrant(grantId), { headers })).toMatchObject({
      ...{ status: 401, reason: 'assertion_replayed' },
    })
  })

  test('where no event can be written there is no answer', async () => {
    const { grantId } = await grantTask(world)
    await database().$executeRaw`alter table trail_event add constraint none check (false) not valid`
    const answer = await tickets.send(aboutGrant(grantId))
    await database().$executeRaw`alter table trail_event drop constraint none`
    expect([answer.status, answer.reason, answer.decision]).toEqual([503, 'unavailable', undefined])
    expect((await tickets.send(aboutGrant(grantId))).decision).toBe(true)
  })
})

const RECORDS = `
entity User { department: String };
entity Record { department: String, owner: User };
action view, edit appliesTo { principal: User, resource: Record, context: { purpose: String } };`
const RECORD_POLICIES = `
@id("same-department") @says("People see the records of their department.")
permit (principal, action == Action::"view", resource) when { principal.department == resource.department };
@id("owners-edit") @says("Owners edit their records.")
permit (principal, action == Action::"edit", resource) when { resource.owner == principal };
@id("no-gossip") @says("Not out of curiosity.")
forbid (principal, action, resource) when { context.purpose == "curiosity" };`

test('the words of whatever schema is in force can be asked', async () => {
  const set = { schema: RECORDS, policies: [{ name: 'records.cedar', text: RECORD_POLICIES }] }
  await activate(set)
  const ask = (action: string, changes: { department?: unknown; purpose?: string; type?: string } = {}) =>
    tickets.send({
      subject: { type: 'user', id: 'alice', properties: { department: changes.department ?? 'sales' } },
      action: { name: action },
      resource: {
        ...{ type: changes.type ?? 'record', id: '17' },
        properties: { department: 'sales', owner: { type: 'User', id: 'alice' } },
      },
      context: { purpose: changes.purpose ?? 'work' },
    })
  const seen = await ask('view')
  expect(seen).toMatchObject({ decision: true, context: { policies: ['same-department'] } })
  expect((await ask('edit')).decision).toBe(true)
  expect(await ask('view', { purpose: 'curiosity' })).toMatchObject({
    ...{ decision: false, context: { reason: 'policy_refused', policies: ['no-gossip'] } },
  })
  expect((await ask('view', { department: 'law' })).decision).toBe(false)
  expect((await ask('view', { department: 7 })).decision).toBe(false)
  for (const strange of [ask('fly'), ask('view', { type: 'file' })])
    expect((await strange).context).toMatchObject({ reason: 'question_unknown' })
  const stored = await database().decision.findUniqueOrThrow({
    where: { id: seen.context.decision_id ?? '' },
  })
  expect(stored).toMatchObject({ tenantId: world.tenantId, requestId: null, asked: 'online', resource: '17' })
  expect(replay(loadPolicySet(set), stored.input)).toMatchObject({ verdict: 'allowed', input: stored.input })
  await activate(readDefaultPolicySet('policies'))
})

test('the decision point says where it is', async () => {
  const { issuer } = authority
  const found = await (await fetch(`${issuer}/.well-known/authzen-configuration`)).json()
  expect(found).toEqual({
    policy_decision_point: issuer,
    access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
    access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
    search_subject_endpoint: `${issuer}/access/v1/search/subject`,
    search_resource_endpoint: `${issuer}/access/v1/search/resource`,
    search_action_endpoint: `${issuer}/access/v1/search/action`,
  })
})
