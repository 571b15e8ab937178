import { describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { findIssueFacts } from '@/lib/data/issue-facts'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { termsOf } from '@/lib/domain/request-record'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { previewNarrowing } from '@/lib/usecases/approvals/preview-narrowing'
import { askAtIssue } from '@/lib/usecases/facts/ask-at-issue'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { actOf, GROUPS, no, policyText, yes } from '@/tests/harness/demo'
import { approver, demo, requester, second, withSigners } from '@/tests/harness/signers'

withSigners()

const less = (durationMinutes: number, ...actions: string[]) => ({
  scopeIds: actions.map((action) => demo.scopeId(action)),
  durationMinutes,
})

// Two scopes that both wait for two people of Security, so that striking one leaves the same stages.
const fileTwo = () =>
  demo.file('rotate-a-production-secret', requester, less(20, 'secret:rotate', 'secret:read', 'ticket:read'))

// Security, then data owners.
const fileTwoStages = () =>
  demo.file('resolve-a-refund-ticket', requester, less(90, 'secret:read', 'ticket:comment', 'ticket:read'))

const given = async (id: RequestId) => {
  const request = await demo.read(id)
  const { scopes, durationSeconds } = termsOf(request).granted
  return {
    state: request.state,
    actions: scopes.map(({ action }) => action).sort(),
    minutes: durationSeconds / 60,
  }
}

const lastEvent = async (id: RequestId, type: string) => {
  const { rows } = await pool().query(
    `select e.entry::json->'data' as data, t.text from trail_event e left join trail_text t on t.leaf = e.leaf
     where e.request_id = $1 and e.type = $2 order by e.leaf desc limit 1`,
    [id, type],
  )
  return rows[0]
}

const ALL = ['secret:read', 'secret:rotate', 'ticket:read']

describe('approving with changes', () => {
  test('grants the intersection of what two approvers signed, and keeps every version', async () => {
    const id = await fileTwo()
    const first = { ...less(15, 'secret:rotate', 'ticket:read'), note: 'The secret need not be read.' }
    expect(yes(await demo.approve(approver, id, first))).toMatchObject({ state: 'awaiting', left: 1 })
    expect(yes(await demo.approve(second, id, less(10, 'secret:rotate')))).toMatchObject({ state: 'granted' })
    expect(await given(id)).toEqual({ state: 'granted', actions: ['secret:rotate'], minutes: 10 })
    const { scopes, durationSeconds, approvals, grant } = await demo.read(id)
    expect([scopes.map(({ action }) => action).sort(), durationSeconds]).toEqual([ALL, 1200])
    expect(grant?.expires.getTime()).toBe((grant?.opened.getTime() ?? 0) + 600_000)
    const signed = approvals.map(({ preimage }) => JSON.parse(preimage))
    expect(signed.map((one) => [one.scopes.length, one.durationSeconds, one.uses])).toEqual([
      [2, 900, null],
      [1, 600, null],
    ])
    expect(approvals.map(({ note }) => note)).toEqual(['The secret need not be read.', null])
  })

  test('says in the trail what was taken away; the note stands beside its commitment', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    yes(await demo.approve(approver, id, { ...less(15, 'ticket:read', 'secret:read'), note: 'No calls.' }))
    expect(await lastEvent(id, 'approval.signed')).toMatchObject({
      data: { struck: [{ action: 'api:call' }], durationSeconds: { after: 900 } },
      text: 'No calls.',
    })
    const { rows } = await pool().query(
      `select entry from trail_event where request_id = $1 and type = 'approval.signed'`,
      [id],
    )
    expect(rows[0].entry).not.toContain('No calls.')
    const opened = await lastEvent(id, 'grant.opened')
    expect(opened.data.scopes).toHaveLength(2)
  })

  test('keeps earlier votes: the next approver signs what is left', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, less(10, 'secret:rotate')))
    expect(yes(await demo.approve(second, id)).state).toBe('granted')
    expect(await given(id)).toEqual({ state: 'granted', actions: ['secret:rotate'], minutes: 10 })
    const [, last] = (await demo.read(id)).approvals
    expect(JSON.parse(last?.preimage ?? '{}')).toMatchObject({ durationSeconds: 600 })
  })

  test('holds over two stages: the grant is what both left', async () => {
    const id = await fileTwoStages()
    expect(yes(await demo.approve(approver, id, less(80, 'secret:read', 'ticket:comment')))).toMatchObject({
      stage: 'security',
      left: 1,
    })
    const owners = await demo.read(id)
    expect(owners.stages.map(({ name }) => name)).toEqual(['security', 'data-owners'])
    expect(yes(await demo.approve(second, id, less(70, 'secret:read', 'ticket:comment')))).toMatchObject({
      state: 'granted',
    })
    expect(await given(id)).toMatchObject({ actions: ['secret:read', 'ticket:comment'], minutes: 70 })
  })

  test('asks policy about what is left when the last stage closes', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    yes(await demo.approve(approver, id, less(20, 'ticket:read', 'secret:read')))
    const { rows } = await pool().query(
      `select action, input::json->'context'->>'durationSeconds' as seconds from decision
       where request_id = $1 and asked = 'closed' order by action`,
      [id],
    )
    expect(rows).toEqual([
      { action: 'secret:read', seconds: '1200' },
      { action: 'ticket:read', seconds: '1200' },
    ])
  })
})

describe('nobody gives more', () => {
  test('than was asked, in scopes or in time, and the attempt is in the trail', async () => {
    const id = await fileTwo()
    for (const changes of [
      less(10, 'secret:rotate', 'secret:write'),
      less(21, 'secret:rotate'),
      less(30, 'secret:rotate', 'secret:read', 'ticket:read'),
    ])
      expect(no(await demo.approve(approver, id, changes))).toBe('beyond_asked')
    expect((await lastEvent(id, 'approval.refused')).data.reason).toBe('beyond_asked')
    expect((await demo.read(id)).approvals).toEqual([])
  })

  test('than an earlier signature left', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, less(10, 'secret:rotate', 'ticket:read')))
    expect(no(await demo.approve(second, id, less(5, 'secret:rotate', 'secret:read')))).toBe('beyond_asked')
    expect(no(await demo.approve(second, id, less(15, 'secret:rotate')))).toBe('beyond_asked')
    expect(no(await demo.approve(second, id, less(10, 'secret:rotate', 'ticket:read')))).toBe(
      'narrows_nothing',
    )
  })

  test('when a vote falls before the grant: what was signed beside it stays as it was signed', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, less(10, 'secret:rotate')))
    yes(await demo.approve(second, id))
    const { grant } = await demo.read(id)
    await database().groupMember.deleteMany({ where: { personId: approver.personId } })
    const facts = grant && (await findIssueFacts(grant.id))
    if (!facts) throw new Error('There are no facts.')
    expect(facts.scopes.map(({ action }) => action)).toEqual(['secret:rotate'])
    expect(facts.grant.durationSeconds).toBe(600)
    expect((await askAtIssue(facts, facts.scopes, 'production')).refusal?.reason).toBe('policy_refused')
    const group = await database().group.findFirstOrThrow({ where: { slug: 'security' } })
    await database().groupMember.create({
      data: { groupId: group.id, personId: approver.personId, addedBy: 'setup' },
    })
  })

  test('at issue: a signature is no evidence for a scope it struck or for a longer time', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const changes = less(20, 'ticket:read', 'secret:read')
    yes(await demo.approve(second, id, changes))
    const { grant } = await demo.read(id)
    const facts = grant && (await findIssueFacts(grant.id))
    if (!facts) throw new Error('There are no facts.')
    const ask = (of: typeof facts) => askAtIssue(of, of.scopes, facts.grant.environment)
    expect((await ask(facts)).refusal).toBeNull()
    const [vote] = facts.votes
    if (!vote) throw new Error('There is no vote.')
    const struck = { struck: [demo.scopeId('secret:read')], durationSeconds: 1200 }
    expect((await ask({ ...facts, votes: [{ ...vote, cut: struck }] })).refusal?.reason).toBe(
      'policy_refused',
    )
    const longer = { ...facts, grant: { ...facts.grant, durationSeconds: 1260 } }
    expect((await ask(longer)).refusal?.reason).toBe('policy_refused')
  })
})

describe('A04: what was shown is what is signed', () => {
  test('a page that sends other scopes or another time than it was shown signs nothing', async () => {
    const id = await fileTwo()
    const shown = less(10, 'secret:rotate')
    const { nonce, digest } = yes(
      await prepareSigning(approver, actOf(approver), { requestId: id, verdict: 'approve', ...shown }),
    )
    for (const sent of [
      less(10, 'secret:rotate', 'ticket:read'),
      less(5, 'secret:rotate'),
      less(10, 'ticket:read'),
    ])
      expect(
        no(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest, ...sent })),
      ).toBe('digest_mismatch')
    expect(no(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest }))).toBe(
      'changed_meanwhile',
    )
    expect((await demo.read(id)).approvals).toEqual([])
    expect((await demo.read(id)).grant).toBeNull()
    yes(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest, ...shown }))
  })

  test('a dialog of a whole yes does not sign less, and none signs what somebody else has struck since', async () => {
    const id = await fileTwo()
    const whole = await demo.shown(approver, id)
    const sent = { requestId: id, nonce: whole.nonce, digest: whole.digest }
    expect(
      no(await approveRequest(approver, actOf(approver), { ...sent, ...less(10, 'secret:rotate') })),
    ).toBe('digest_mismatch')
    yes(await demo.approve(second, id, less(10, 'secret:rotate')))
    expect(no(await approveRequest(approver, actOf(approver), sent))).toBe('changed_meanwhile')
  })

  test('of two who narrow at the same moment one has signed, and the other has to look again', async () => {
    const id = await fileTwo()
    const sign = async (by: Actor, changes: ReturnType<typeof less>) => {
      const shown = { requestId: id, verdict: 'approve', ...changes } as const
      const { nonce, digest } = yes(await prepareSigning(by, actOf(by), shown))
      return () => approveRequest(by, actOf(by), { requestId: id, nonce, digest, ...changes })
    }
    const both = [
      await sign(approver, less(10, 'secret:rotate', 'ticket:read')),
      await sign(second, less(15, 'secret:rotate', 'secret:read')),
    ]
    const answers = await Promise.all(both.map((go) => go()))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.flatMap((one) => (one.ok ? [] : [one.refusal.code]))).toEqual(['changed_meanwhile'])
    expect((await demo.read(id)).approvals).toHaveLength(1)
  })

  test('A16: an edit voids what was narrowed with the votes', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, less(10, 'secret:rotate')))
    const { rev } = await demo.read(id)
    const form = demo.form('rotate-a-production-secret', less(15, ...ALL))
    yes(await editRequest(requester, actOf(requester), { ...form, requestId: id, rev }))
    yes(await demo.approve(approver, id))
    yes(await demo.approve(second, id))
    expect(await given(id)).toEqual({ state: 'granted', actions: ALL, minutes: 15 })
  })
})

describe('policy on less', () => {
  const preview = (id: RequestId, changes: ReturnType<typeof less>) =>
    previewNarrowing(approver, { requestId: id, ...changes })

  test('is said while it is edited', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    expect(yes(await preview(id, less(10, 'secret:read')))).toMatchObject({
      ...{ problem: null, verdict: 'held', stages: [{ groupName: 'Security', quorum: 1 }] },
      policies: [{ id: 'secret-read-needs-security' }],
    })
    expect(yes(await preview(id, less(10, 'ticket:read')))).toMatchObject({ verdict: 'allowed', stages: [] })
    expect(yes(await preview(id, less(10, 'ticket:delete'))).problem).toContain('gives more than was asked')
  })

  test('refuses what it refuses, and what would need signatures nobody was asked for', async () => {
    const text = policyText()
    const odd = `@id("not-in-a-hurry")\n@says("Nothing is done in less than 2 minutes.")
forbid (principal, action, resource) when { context.durationSeconds < 120 };
@id("hurry-needs-owners")\n@says("Less than 5 minutes needs one signature from Data owners.")
@approval("data-owners") @quorum("1") @order("2")
forbid (principal, action, resource) when { context.durationSeconds < 300 }
unless { context.approvals.contains("data-owners") };\n`
    const policies = [...text.policies, { name: '99-hurry.cedar', text: odd }]
    yes(await installPolicySet({ via: 'setup' }, { ...text, policies }, GROUPS))
    const id = await demo.file('resolve-a-refund-ticket', requester)
    const scopes = ['ticket:read', 'secret:read']
    expect(yes(await preview(id, less(1, ...scopes))).problem).toContain(
      'Nothing is done in less than 2 minutes.',
    )
    expect(no(await demo.approve(approver, id, less(1, ...scopes)))).toBe('narrowing_refused')
    expect(yes(await preview(id, less(4, ...scopes))).problem).toContain('data owners (1)')
    expect(no(await demo.approve(approver, id, less(4, ...scopes)))).toBe('narrowing_needs_others')
    expect((await demo.read(id)).approvals).toEqual([])
    expect(yes(await demo.approve(approver, id, less(5, ...scopes))).state).toBe('granted')
    yes(await installPolicySet({ via: 'setup' }, text, GROUPS))
  })
})
