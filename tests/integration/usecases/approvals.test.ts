import { beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { actOf, GROUPS, no, policyText, yes } from '@/tests/harness/demo'
import { approver, demo, requester, second, withSigners } from '@/tests/harness/signers'
import { trailOf } from '@/tests/harness/trail'

withSigners()

let administrator: Actor

beforeAll(async () => {
  administrator = await demo.actor('administrator')
})

const eventsOf = async (id: RequestId): Promise<string[]> => {
  const { rows } = await pool().query<{ type: string }>(
    'select type from trail_event where request_id = $1 order by leaf',
    [id],
  )
  return rows.map(({ type }) => type)
}

describe('a request', () => {
  test('that is not sensitive is live at once', async () => {
    const id = await demo.file('summarise-a-ticket', requester)
    const request = await demo.read(id)
    expect(request.state).toBe('granted')
    expect(request.grant?.expires.getTime()).toBe((request.grant?.opened.getTime() ?? 0) + 15 * 60_000)
    expect(await eventsOf(id)).toEqual(['request.filed', 'grant.opened'])
  })

  test('that reads a secret waits for one of Security and is live from the signature on', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    expect((await demo.read(id)).stages).toEqual([expect.objectContaining({ name: 'security', quorum: 1 })])
    expect(yes(await demo.approve(approver, id))).toMatchObject({ state: 'granted', left: 0 })
    expect(await eventsOf(id)).toEqual(['request.filed', 'approval.signed', 'stage.closed', 'grant.opened'])
  })

  test('that rotates a secret needs two distinct people (A13: one person counts once)', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    expect(yes(await demo.approve(approver, id))).toMatchObject({ state: 'awaiting', left: 1 })
    const otherBrowser = await demo.actor('approver')
    expect(no(await demo.approve(otherBrowser, id))).toBe('already_voted')
    expect(yes(await demo.approve(second, id))).toMatchObject({ state: 'granted', left: 0 })
  })

  test('with one refused scope is refused and names the policy', async () => {
    const scopeIds = [demo.scopeId('ticket:read'), demo.scopeId('ticket:delete')]
    const id = await demo.file('summarise-a-ticket', requester, { scopeIds })
    expect((await demo.read(id)).state).toBe('refused')
    const { rows } = await pool().query(
      `select policy_ids from trail_event where request_id = $1 and type = 'request.refused'`,
      [id],
    )
    expect(rows[0].policy_ids).toContain('agents-never-delete-tickets')
  })

  test('is denied by one no, with a reason', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    yes(await demo.deny(approver, id, 'Ask only for the ticket.'))
    const request = await demo.read(id)
    expect(request.state).toBe('denied')
    expect(request.approvals).toEqual([
      expect.objectContaining({ verdict: 'deny', reason: 'Ask only for the ticket.' }),
    ])
    expect(no(await demo.approve(second, id))).toBe('not_awaiting')
  })
})

describe('separation of duty', () => {
  test('A07: nobody approves their own request, and the attempt is in the trail', async () => {
    const id = await demo.file('resolve-a-refund-ticket', approver)
    expect(no(await demo.approve(approver, id))).toBe('own_request')
    expect(await eventsOf(id)).toEqual(['request.filed', 'approval.refused'])
  })

  test('A08: the owner of the agent does not approve, even from within the group', async () => {
    const group = await database().group.findFirstOrThrow({ where: { slug: 'security' } })
    await database().groupMember.create({
      data: { groupId: group.id, personId: administrator.personId, addedBy: 'setup' },
    })
    await database().roleHolding.create({
      data: {
        personId: administrator.personId,
        tenantId: administrator.tenantId,
        role: 'approver',
        givenBy: 'setup',
      },
    })
    const id = await demo.file('resolve-a-refund-ticket', requester)
    expect(no(await demo.approve(await demo.actor('administrator'), id))).toBe('agent_owner')
    await database().groupMember.deleteMany({ where: { personId: administrator.personId } })
  })

  test('A08: the requester under another account does not approve', async () => {
    const group = await database().group.findFirstOrThrow({ where: { slug: 'security' } })
    const twin = { ...requester, personId: approver.personId }
    const { issuer, subject } = await database().person.findUniqueOrThrow({ where: { id: second.personId } })
    await database().person.update({
      where: { id: second.personId },
      data: { issuer: twin.issuer, subject: twin.subject },
    })
    const id = await demo.file('resolve-a-refund-ticket', requester)
    expect(no(await demo.approve(second, id))).toBe('same_account')
    await database().person.update({ where: { id: second.personId }, data: { issuer, subject } })
    expect(group.slug).toBe('security')
  })

  test('A08: whoever gave the requester their role neither signs nor counts among who will be asked', async () => {
    const given = (by: string) =>
      database().roleHolding.updateMany({
        where: { personId: requester.personId, role: 'requester' },
        data: { givenBy: by },
      })
    const signers = async () =>
      yes(await previewRequest(requester, demo.form('resolve-a-refund-ticket'))).stages[0]?.signers
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const before = (await signers()) ?? 0
    await given(approver.personId)
    expect(no(await demo.approve(approver, id))).toBe('let_in_requester')
    expect(await eventsOf(id)).toEqual(['request.filed', 'approval.refused'])
    expect(await signers()).toBe(before - 1)
    const rotation = demo.form('rotate-a-production-secret')
    expect(no(await submitRequest(requester, actOf(requester), rotation))).toBe('stage_unfillable')
    expect(yes(await demo.approve(second, id)).state).toBe('granted')
    await given('setup')
  })

  test('a member who put themselves into the group does not approve', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    await database().groupMember.updateMany({
      where: { personId: approver.personId },
      data: { addedBy: approver.personId },
    })
    expect(no(await demo.approve(await demo.actor('approver'), id))).toBe('self_given_role')
    await database().groupMember.updateMany({
      where: { personId: approver.personId },
      data: { addedBy: 'setup' },
    })
  })
})

const refusalsOf = async (id: RequestId) =>
  (await trailOf(id, 'approval.refused')).map(({ data }) => data.reason)

describe('what is signed', () => {
  test('A04: another digest than the one shown signs nothing', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const { nonce } = await demo.shown(approver, id)
    const tampered = await approveRequest(approver, actOf(approver), {
      requestId: id,
      nonce,
      digest: '0'.repeat(64),
    })
    expect(no(tampered)).toBe('digest_mismatch')
    expect((await demo.read(id)).approvals).toEqual([])
    expect(await refusalsOf(id)).toEqual(['digest_mismatch'])
  })

  test('a nonce of somebody else, of another request or used before signs nothing', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    const other = await demo.file('rotate-a-production-secret', requester)
    const { nonce, digest } = await demo.shown(approver, id)
    expect(no(await approveRequest(second, actOf(second), { requestId: id, nonce, digest }))).toBe(
      'nonce_used',
    )
    expect(no(await approveRequest(approver, actOf(approver), { requestId: other, nonce, digest }))).toBe(
      'nonce_used',
    )
    yes(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest }))
    expect(no(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest }))).toBe(
      'already_voted',
    )
    expect(await refusalsOf(id)).toEqual(['nonce_used', 'already_voted'])
    expect(await refusalsOf(other)).toEqual(['nonce_used'])
  })

  test('of many open dialogs the newest are kept', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const oldest = await demo.shown(approver, id)
    for (let n = 0; n < 31; n += 1) await demo.shown(approver, id)
    const newest = await demo.shown(approver, id)
    expect(await database().signingNonce.count({ where: { requestId: id } })).toBe(32)
    const sign = ({ nonce, digest }: typeof oldest) =>
      approveRequest(approver, actOf(approver), { requestId: id, nonce, digest })
    expect(no(await sign(oldest))).toBe('nonce_used')
    expect(yes(await sign(newest)).state).toBe('granted')
  })

  test('A16: an edit after the first vote voids the votes and what was shown', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    const before = await demo.read(id)
    const stale = await demo.shown(second, id)
    const form = demo.form('rotate-a-production-secret', { durationMinutes: 10 })
    yes(await editRequest(requester, actOf(requester), { ...form, requestId: id, rev: before.rev }))
    const { nonce, digest } = stale
    const answer = await approveRequest(second, actOf(second), { requestId: id, nonce, digest })
    expect(no(answer)).toBe('changed_meanwhile')
    // Whose doing it is, and that nothing was signed.
    const says = `${before.requester.name} edited ${id} while you were looking at it. Version 2 waits now. Nothing was signed.`
    expect(answer).toMatchObject({ refusal: { says } })
    expect(await refusalsOf(id)).toEqual(['changed_meanwhile'])
    const after = await demo.read(id)
    expect(after).toMatchObject({ version: 2, state: 'awaiting', durationSeconds: 600 })
    expect(after.digest).not.toBe(before.digest)
    yes(await demo.approve(second, id))
    expect((await demo.read(id)).state).toBe('awaiting')
    yes(await demo.approve(approver, id))
    expect((await demo.read(id)).state).toBe('granted')
  })

  test('A17: a policy that changes between vote and grant is asked again and refuses', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const text = policyText()
    const stricter =
      '@id("nothing-today")\n@says("Nothing is given today.")\nforbid (principal, action, resource);\n'
    yes(
      await installPolicySet(
        { via: 'setup' },
        { ...text, policies: [...text.policies, { name: '99-today.cedar', text: stricter }] },
        GROUPS,
      ),
    )
    const answer = yes(await demo.approve(approver, id))
    yes(await installPolicySet({ via: 'setup' }, text, GROUPS))
    expect(answer.state).toBe('refused')
    expect((await demo.read(id)).grant).toBeNull()
  })

  test('A17: an owner who changed meanwhile does not count', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    const { agent } = await demo.read(id)
    await database().agentOwner.create({ data: { agentId: agent.id, personId: approver.personId } })
    expect(yes(await demo.approve(second, id))).toMatchObject({ state: 'awaiting', left: 1 })
    await database().agentOwner.deleteMany({ where: { personId: approver.personId } })
  })
})
