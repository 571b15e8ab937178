import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { abilitiesOf } from '@/app/(console)/requests/[id]/abilities'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { listTimeline } from '@/lib/data/timeline'
import { searchTrail } from '@/lib/data/trail-search'
import { findVisibleRequest, listVisibleRequests } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { EVERYTHING } from '@/lib/domain/trail-query'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { commentRequest } from '@/lib/usecases/requests/comment-request'
import { confirmRequest } from '@/lib/usecases/requests/confirm-request'
import { declineRequest } from '@/lib/usecases/requests/decline-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { makeAgent, SECRET } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { ASK, detail, READ, type StepsWorld, stepsWorld } from '@/tests/harness/steps'

let s: StepsWorld
beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  s = await stepsWorld()
})
afterAll(() => s.dispose())

describe('a proposal', () => {
  test('is stored for the human of the grant, and nothing is decided or given by it', async () => {
    const { grantId, requestId } = await s.proposed()
    const row = await database().request.findUniqueOrThrow({
      where: { id: requestId },
      include: { scopes: true, decisions: true, grant: true },
    })
    expect(row).toMatchObject({
      ...{ state: 'proposed', requesterId: s.world.people.requester, agentId: s.world.agents.triage },
      ...{ proposedUnder: grantId, durationSeconds: 600, environment: 'staging', goal: 'Look at a ticket.' },
      ...{ decisions: [], decisionIds: [], grant: null, stages: [] },
    })
    expect(row.scopes.map(({ scopeId }) => scopeId)).toEqual([s.world.scopeIds.other])
    expect(await s.eventsOf(requestId)).toEqual([
      expect.objectContaining({ type: 'request.proposed', agent: s.world.agents.triage }),
    ])
    const { steps } = await (await s.triage.call('GET', `/grants/${grantId}/steps`)).json()
    expect(steps).toEqual([expect.objectContaining({ id: requestId, state: 'proposed' })])
    const grants = (await (await s.triage.call('GET', '/grants')).json()).grants
    expect(grants.some(({ request }: { request: string }) => request === requestId)).toBe(false)
  })

  test('exists for its human and for nobody else who decides anything, whatever their role', async () => {
    const { requestId } = await s.proposed()
    const others = [
      s.actor('second', 'administrator', 'approver'),
      s.actor('owner', 'approver'),
      s.actor('approver', 'approver', 'requester'),
    ]
    for (const other of others) {
      expect(await findVisibleRequest(other, requestId)).toBeNull()
      const listed = await listVisibleRequests(other, {}, { now: new Date(), take: 100 })
      expect(listed.some(({ id }) => id === requestId)).toBe(false)
      expect(no(await confirmRequest(other, actOf(other), await s.unchanged(requestId)))).toBe('not_found')
      expect(no(await declineRequest(other, actOf(other), { requestId, reason: '' }))).toBe('not_found')
    }
    expect((await findVisibleRequest(s.requester(), requestId))?.id).toBe(requestId)
    yes(await declineRequest(s.requester(), actOf(s.requester()), { requestId, reason: 'Not today.' }))
    for (const other of others) expect(await findVisibleRequest(other, requestId)).toBeNull()
    const declined = await findVisibleRequest(s.requester(), requestId)
    expect(declined).toMatchObject({ state: 'withdrawn', declineReason: 'Not today.' })
    const [told] = (await listTimeline(requestId)).filter(({ type }) => type === 'request.declined')
    expect(told).toMatchObject({ outcome: 'refused', texts: { reason: 'Not today.' } })
  })

  test('is read by a compliance officer of its tenant, who answers it in no way, nor does another', async () => {
    const { requestId } = await s.proposed()
    const officer = s.actor('second', 'auditor', 'approver', 'administrator')
    const elsewhere = { ...officer, tenantId: newId('TenantId') }
    const act = actOf(officer)
    const page = { now: new Date(), take: 100 }
    const ofIt = { ...EVERYTHING, fields: { ...EVERYTHING.fields, request: [requestId] } }
    const seenBy = async (actor: Actor) => ({
      found: (await findVisibleRequest(actor, requestId))?.id,
      listed: (await listVisibleRequests(actor, { statuses: ['proposed'] }, page)).map(({ id }) => id),
      told: (await searchTrail(actor, ofIt, { take: 9 })).rows.map(({ type }) => type),
    })
    const all = { found: requestId, listed: [requestId], told: ['request.proposed'] }
    expect(await seenBy(officer)).toEqual(all)
    expect(await seenBy(elsewhere)).toEqual({ found: undefined, listed: [], told: [] })
    const request = await findVisibleRequest(officer, requestId)
    if (!request) throw new Error('It is not there.')
    expect(Object.values(abilitiesOf(officer, request, 'proposed', false))).not.toContain(true)
    const before = await s.read(requestId)
    const unchanged = await s.unchanged(requestId)
    expect(no(await confirmRequest(officer, act, unchanged))).toBe('not_found')
    expect(no(await declineRequest(officer, act, { requestId, reason: '' }))).toBe('not_found')
    expect(no(await withdrawRequest(officer, act, { requestId }))).toBe('not_found')
    expect(no(await commentRequest(officer, act, { requestId, text: 'Why?' }))).toBe('not_found')
    expect(no(await prepareSigning(officer, act, { requestId, verdict: 'approve' }))).toBe('not_awaiting')
    expect(await s.read(requestId)).toEqual(before)
    yes(await declineRequest(s.requester(), actOf(s.requester()), { requestId, reason: 'Not today.' }))
    expect(await findVisibleRequest(officer, requestId)).toMatchObject({ declineReason: 'Not today.' })
    expect(await findVisibleRequest(elsewhere, requestId)).toBeNull()
  })

  test.each<[string, object, string]>([
    [
      'an action nobody offers there',
      { authorization_details: [detail('ticket:delete', '/t/4712')] },
      'step_scope_unknown',
    ],
    [
      'a type that is another server’s',
      { authorization_details: [{ ...READ, type: 'secret' }] },
      'step_scope_unknown',
    ],
    ['uses', { authorization_details: [{ ...READ, uses: 3 }] }, 'step_scope_unknown'],
    ['no justification', { justification: '  ' }, 'request_malformed'],
    ['a justification without end', { justification: 'x'.repeat(4001) }, 'request_malformed'],
    ['more than a week', { expires_in: 604_801 }, 'request_malformed'],
    ['a goal of two lines', { goal: 'One\nTwo' }, 'request_malformed'],
    ['a member nobody knows', { approvals: ['security'] }, 'request_malformed'],
  ])('is refused with %s', async (_, changed, reason) => {
    const { grantId } = await s.fresh()
    expect(await s.propose(grantId, { ...ASK, ...changed })).toMatchObject({ status: 400, reason })
    expect(await database().request.count({ where: { proposedUnder: grantId } })).toBe(0)
  })

  test('takes a live grant of the agent’s own', async () => {
    const { grantId } = await s.fresh()
    const stranger = await makeAgent(s.world, s.authority.issuer, { agent: 'stranger' })
    expect(await s.propose(grantId, ASK, stranger)).toMatchObject({ status: 404, reason: 'grant_unknown' })
    await s.triage.call('POST', `/grants/${grantId}/complete`)
    expect(await s.propose(grantId)).toMatchObject({ reason: 'grant_completed' })
  })

  test('comes from where the grant was approved for', async () => {
    const { grantId } = await s.fresh()
    const laptop = await makeAgent(s.world, s.authority.issuer, { environment: 'laptop' })
    expect(await s.propose(grantId, ASK, laptop)).toMatchObject({
      ...{ status: 400, reason: 'environment_mismatch' },
    })
    expect(await database().request.count({ where: { proposedUnder: grantId } })).toBe(0)
  })

  test('is not made twice while it waits, and no more than five wait', async () => {
    const { grantId } = await s.fresh()
    const [first, second] = await Promise.all([s.propose(grantId), s.propose(grantId)])
    expect([first?.status, second?.status].sort()).toEqual([200, 400])
    expect(await s.propose(grantId)).toMatchObject({ reason: 'step_waiting' })
    const more = [
      [detail('ticket:comment', '/t/4711')],
      [detail('secret:read', '/s/billing', 'vault')],
      [READ, detail('ticket:comment', '/t/4711')],
      [READ, detail('secret:read', '/s/billing', 'vault')],
    ]
    for (const authorization_details of more)
      expect((await s.propose(grantId, { ...ASK, authorization_details })).status).toBe(200)
    const last = [detail('ticket:comment', '/t/4711'), detail('secret:read', '/s/billing', 'vault')]
    expect(await s.propose(grantId, { ...ASK, authorization_details: last })).toMatchObject({
      reason: 'step_too_many',
    })
  })

  test('is not made again for a day once it was declined, nor with more around it', async () => {
    const { grantId, requestId } = await s.proposed()
    yes(await declineRequest(s.requester(), actOf(s.requester()), { requestId, reason: '' }))
    expect(await s.propose(grantId)).toMatchObject({ reason: 'step_declined' })
    const more = [READ, detail('ticket:comment', '/t/4711')]
    expect(await s.propose(grantId, { ...ASK, authorization_details: more })).toMatchObject({
      reason: 'step_declined',
    })
    const other = [detail('ticket:comment', '/t/4711')]
    expect((await s.propose(grantId, { ...ASK, authorization_details: other })).status).toBe(200)
    expect((await s.eventsOf(requestId)).map(({ type }) => type)).toEqual([
      'request.proposed',
      'request.declined',
    ])
  })

  test('is not made within the window that policy set when an approver denied the same', async () => {
    const { grantId, requestId } = await s.fresh()
    await database().request.create({
      data: {
        ...{ id: newId('RequestId'), tenantId: s.world.tenantId, requesterId: s.world.people.requester },
        ...{ agentId: s.world.agents.triage, goal: '', goalCategory: '', justification: '', ticket: '' },
        ...{
          environment: 'staging',
          durationSeconds: 60,
          state: 'denied',
          stages: [],
          policySet: '',
          digest: '',
        },
        ...{ filed: new Date(), answerBy: new Date(), coolsUntil: new Date(Date.now() + 60_000) },
        scopes: {
          create: (await database().grantScope.findMany({ where: { grantId } })).map(
            ({ grantId: _, ...scope }) => scope,
          ),
        },
      },
    })
    const authorization_details = [detail('ticket:read', '/t/4711')]
    expect(await s.propose(grantId, { ...ASK, authorization_details })).toMatchObject({
      reason: 'step_declined',
    })
    expect((await s.eventsOf(requestId)).at(-1)?.type).toBe('request.not_proposed')
  })

  test('expires unanswered', async () => {
    const { requestId } = await s.proposed()
    await pool().query(`update request set answer_by = now() - interval '1 second' where id = $1`, [
      requestId,
    ])
    expect(no(await confirmRequest(s.requester(), actOf(s.requester()), await s.unchanged(requestId)))).toBe(
      'proposal_closed',
    )
    await noteExpiries('this test')
    expect((await s.eventsOf(requestId)).at(-1)?.type).toBe('request.lapsed')
  })
})
