import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { confirmRequest } from '@/lib/usecases/requests/confirm-request'
import { declineRequest } from '@/lib/usecases/requests/decline-request'
import { EditRequest, editRequest } from '@/lib/usecases/requests/edit-request'
import { SECRET } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { ASK, detail, type StepsWorld, stepsWorld } from '@/tests/harness/steps'

let s: StepsWorld
beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  s = await stepsWorld()
})
afterAll(() => s.dispose())

describe('confirmed', () => {
  test('it is filed in the person’s name, and policy is asked then', async () => {
    const { requestId, grantId } = await s.proposed()
    const filed = yes(await confirmRequest(s.requester(), actOf(s.requester()), await s.unchanged(requestId)))
    expect(filed).toEqual({ id: requestId, state: 'granted' })
    const row = await database().request.findUniqueOrThrow({
      where: { id: requestId },
      include: { grant: true, decisions: true },
    })
    expect(row).toMatchObject({ state: 'granted', version: 1, proposedUnder: grantId })
    expect(row.decisions).toHaveLength(1)
    expect(row.grant).toMatchObject({ state: 'live', agentId: s.world.agents.triage })
    const events = await s.eventsOf(requestId)
    expect(events.map(({ type }) => type)).toEqual([
      ...['request.proposed', 'request.confirmed', 'request.filed', 'grant.opened'],
    ])
    expect(events[1]).toMatchObject({
      ...{ human: s.world.people.requester, agent: s.world.agents.triage, data: { changed: [] } },
    })
    const { grants } = await (await s.triage.call('GET', '/grants')).json()
    expect(grants[0]).toMatchObject({ request: requestId, state: 'live' })
    const { steps } = await (await s.triage.call('GET', `/grants/${grantId}/steps`)).json()
    expect(steps[0]).toMatchObject({ state: 'confirmed' })
    expect((await findVisibleRequest(s.actor('second', 'auditor'), requestId))?.id).toBe(requestId)
  })

  test('what people have to sign for waits for them like anything that is filed', async () => {
    const { requestId } = await s.proposed({
      ...ASK,
      authorization_details: [detail('secret:read', '/s/billing', 'vault')],
    })
    expect(
      yes(await confirmRequest(s.requester(), actOf(s.requester()), await s.unchanged(requestId))).state,
    ).toBe('awaiting')
    expect((await s.read(requestId)).stages).toEqual([expect.objectContaining({ name: 'security' })])
  })

  test('with changes it is what the person wrote, and the trail says what they changed', async () => {
    const { requestId } = await s.proposed()
    const input = EditRequest.parse({
      ...(await s.unchanged(requestId)),
      ...{ agentId: s.world.agents.triage, goal: 'Compare the two.', justification: ASK.justification },
      ...{ scopeIds: [s.world.scopeIds.other], durationMinutes: 5, environment: 'staging', ticket: 'T-1' },
    })
    const elsewhere = { ...input, agentId: s.world.agents.stranger }
    expect(no(await editRequest(s.requester(), actOf(s.requester()), elsewhere))).toBe('agent_unknown')
    expect(yes(await editRequest(s.requester(), actOf(s.requester()), input)).state).toBe('granted')
    expect(await s.read(requestId)).toMatchObject({
      goal: 'Compare the two.',
      durationSeconds: 300,
      version: 1,
    })
    const confirmed = (await s.eventsOf(requestId)).find(({ type }) => type === 'request.confirmed')
    expect(confirmed?.data).toEqual({ changed: ['goal', 'duration'] })
  })

  test('twice at once it is filed once, and a decline at the same time comes before or after', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { requestId } = await s.proposed()
      const input = await s.unchanged(requestId)
      const me = s.requester()
      const answers = await Promise.all([
        confirmRequest(me, actOf(me), input),
        confirmRequest(me, actOf(me), input),
        declineRequest(me, actOf(me), { requestId, reason: '' }),
      ])
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      const isDeclined = answers[2]?.ok === true
      expect(await database().grant.count({ where: { requestId } })).toBe(isDeclined ? 0 : 1)
      const types = (await s.eventsOf(requestId)).map(({ type }) => type)
      expect(types.filter((type) => type === 'request.filed')).toHaveLength(isDeclined ? 0 : 1)
    }
  })

  test('takes the right to file, and an agent that may work', async () => {
    const { requestId } = await s.proposed()
    const input = await s.unchanged(requestId)
    const without = s.actor('requester')
    expect(no(await confirmRequest(without, actOf(without), input))).toBe('not_allowed')
    const where = { id: s.world.agents.triage }
    await database().agent.update({ where, data: { suspended: new Date(), rev: { increment: 1 } } })
    try {
      expect(no(await confirmRequest(s.requester(), actOf(s.requester()), input))).toBe('agent_suspended')
    } finally {
      await database().agent.update({ where, data: { suspended: null, rev: { increment: 1 } } })
    }
  })
})
