import { describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { AgentId, type RequestId } from '@/lib/domain/ids'
import type { SubmitRequest } from '@/lib/domain/request'
import { termsOf } from '@/lib/domain/request-record'
import type { Changes } from '@/lib/domain/signed-terms'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { actOf, no, yes } from '@/tests/harness/demo'
import { approver, demo, requester, second, withSigners } from '@/tests/harness/signers'

withSigners()

const agentOf = async (slug: string) =>
  AgentId.parse((await database().agent.findFirstOrThrow({ where: { slug } })).id)

/** Two people of Security have to sign, for refund-triage too, two levels deep. */
async function fileNaming(more: Partial<SubmitRequest> = {}) {
  const triage = await agentOf('refund-triage')
  const naming = { subAgentIds: [triage], subAgentDepth: 2, ...more }
  return { id: await demo.file('rotate-a-production-secret', requester, naming), triage }
}
const all = async (id: RequestId): Promise<Changes> => {
  const { scopes, durationSeconds } = await demo.read(id)
  return { scopeIds: scopes.map((scope) => scope.id), durationMinutes: durationSeconds / 60 }
}
const grantedTo = async (id: RequestId) => {
  const request = await demo.read(id)
  const { delegation } = termsOf(request).granted
  const { state } = request
  return { state, slugs: delegation?.agents.map(({ slug }) => slug) ?? [], depth: delegation?.depth ?? 0 }
}
const dataOf = async (id: RequestId, type: string) => {
  const { rows } = await pool().query(
    `select entry::json->'data' as data from trail_event where request_id = $1 and type = $2 order by leaf desc limit 1`,
    [id, type],
  )
  return rows[0]?.data
}

describe('a request that names sub-agents', () => {
  test('is signed with each of them and how deep, and that is what its grant keeps', async () => {
    const { id, triage } = await fileNaming()
    yes(await demo.approve(approver, id))
    yes(await demo.approve(second, id))
    expect(await grantedTo(id)).toEqual({ state: 'granted', slugs: ['refund-triage'], depth: 2 })
    const { approvals, delegation } = await demo.read(id)
    const said = { agents: [{ id: triage, identity: delegation?.agents[0]?.identity }], depth: 2 }
    expect(said.agents[0]?.identity).toMatch(/^spiffe:\/\/.*\/env\/production\//)
    expect(approvals.map(({ preimage }) => JSON.parse(preimage).delegation)).toEqual([said, said])
    for (const type of ['request.filed', 'grant.opened'])
      expect(await dataOf(id, type)).toMatchObject({ delegation: said })
  })

  test('and one that names none signs null, as ever', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    const { approvals, delegation } = await demo.read(id)
    expect([delegation, JSON.parse(approvals[0]?.preimage ?? '').delegation]).toEqual([null, null])
    expect(await dataOf(id, 'request.filed')).not.toHaveProperty('delegation')
  })

  test('names agents of its tenant that are others than its own and awake', async () => {
    const own = await agentOf('secret-rotator')
    const form = demo.form('rotate-a-production-secret', { subAgentIds: [own] })
    expect(no(await submitRequest(requester, actOf(requester), form))).toBe('agent_unknown')
    const absent = { ...form, subAgentIds: [AgentId.parse('A-ABSENT0')] }
    expect(no(await submitRequest(requester, actOf(requester), absent))).toBe('agent_unknown')
    const triage = await agentOf('refund-triage')
    const sleeping = { ...form, subAgentIds: [triage] }
    await database().agent.update({ where: { id: triage }, data: { suspended: new Date() } })
    expect(no(await submitRequest(requester, actOf(requester), sleeping))).toBe('agent_unknown')
    await database().agent.update({ where: { id: triage }, data: { suspended: null } })
  })

  test('is another version without them, and what was signed before is void', async () => {
    const { id } = await fileNaming()
    yes(await demo.approve(approver, id))
    const form = { ...demo.form('rotate-a-production-secret'), requestId: id }
    const { rev } = await demo.read(id)
    yes(await editRequest(requester, actOf(requester), { ...form, rev }))
    const { delegation, version } = await demo.read(id)
    expect([delegation, version]).toEqual([null, 2])
    yes(await demo.approve(second, id))
    expect((await demo.read(id)).state).toBe('awaiting')
  })
})

describe('approving with changes', () => {
  test('takes all sub-agents away, keeps the earlier signature, and the grant is what both say', async () => {
    const { id, triage } = await fileNaming()
    yes(await demo.approve(approver, id))
    yes(await demo.approve(second, id, { ...(await all(id)), subAgentDepth: 0 }))
    expect(await grantedTo(id)).toEqual({ state: 'granted', slugs: [], depth: 0 })
    const signed = (await demo.read(id)).approvals.map(({ preimage }) => JSON.parse(preimage).delegation)
    expect(signed).toEqual([{ agents: [expect.objectContaining({ id: triage })], depth: 2 }, null])
    expect(await dataOf(id, 'approval.signed')).toMatchObject({ notForSubAgents: [triage] })
    expect(await dataOf(id, 'grant.opened')).not.toHaveProperty('delegation')
  })

  test('leaves fewer levels, and who signs next signs no more than that', async () => {
    const { id, triage } = await fileNaming()
    const less = { ...(await all(id)), subAgentIds: [triage] }
    yes(await demo.approve(approver, id, { ...less, subAgentDepth: 1 }))
    expect(await dataOf(id, 'approval.signed')).toMatchObject({ depth: { before: 2, after: 1 } })
    expect(no(await demo.approve(second, id, { ...less, subAgentDepth: 2 }))).toBe('beyond_asked')
    yes(await demo.approve(second, id))
    expect(await grantedTo(id)).toEqual({ state: 'granted', slugs: ['refund-triage'], depth: 1 })
  })

  test('gives nobody whom the request does not name, and is no change when all is left', async () => {
    const { id, triage } = await fileNaming()
    const own = await agentOf('secret-rotator')
    const whole = { ...(await all(id)), subAgentDepth: 2 }
    expect(no(await demo.approve(approver, id, { ...whole, subAgentIds: [triage, own] }))).toBe(
      'beyond_asked',
    )
    expect(no(await demo.approve(approver, id, { ...whole, subAgentIds: [triage] }))).toBe('narrows_nothing')
    const none = await demo.file('rotate-a-production-secret', requester)
    const naming = { ...(await all(none)), subAgentIds: [triage], subAgentDepth: 1 }
    expect(no(await demo.approve(approver, none, naming))).toBe('beyond_asked')
  })

  test('signs what was shown: another choice than that is refused', async () => {
    const { id, triage } = await fileNaming()
    const { scopeIds, durationMinutes } = await all(id)
    const of = { requestId: id, scopeIds: [...scopeIds], durationMinutes, subAgentDepth: 1 }
    const act = actOf(approver)
    const shown = yes(await prepareSigning(approver, act, { ...of, verdict: 'approve' }))
    const { nonce, digest } = shown
    const sent = { ...of, nonce, digest, subAgentIds: [triage] }
    expect(no(await approveRequest(approver, act, sent))).toBe('digest_mismatch')
    yes(await approveRequest(approver, act, { ...of, nonce, digest }))
  })
})
