import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countLiveGrants, findAgentState } from '@/lib/data/agent-state'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor } from '@/lib/domain/access'
import type { AgentId } from '@/lib/domain/ids'
import { parseTrailQuery } from '@/lib/domain/trail-query'
import { resumeAgent } from '@/lib/usecases/agents/resume-agent'
import { suspendAgent } from '@/lib/usecases/agents/suspend-agent'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { type AccessWorld, accessWorld } from '@/tests/integration/access/world'

let db: FreshDatabase
let world: AccessWorld
let agentId: AgentId
let owner: Actor
let administrator: Actor

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  ;({ owner, administrator } = world.actors)
  const agent = world.demo.world.agents.find(({ slug }) => slug === 'refund-triage')
  if (!agent) throw new Error('There is no refund-triage.')
  agentId = agent.id
})
afterAll(() => db.dispose())

const suspend = (by: Actor, reason = '') => suspendAgent(by, actOf(by), { agentId, reason })
const resume = (by: Actor, reason = '') => resumeAgent(by, actOf(by), { agentId, reason })
const stateOf = async () => {
  const found = await findAgentState(administrator.tenantId, agentId)
  if (!found) throw new Error('The agent is gone.')
  return { isSuspended: found.agent.suspended !== null, rev: found.rev }
}
const told = async (text: string) => {
  const { rows } = await searchTrail(administrator, parseTrailQuery(text).query, { take: 100 })
  return rows.map(({ type, outcome, human, data }) => ({ type, outcome, by: human?.id, data }))
}

describe('suspending an agent', () => {
  test('stops it, by its owner, and is in the trail with the reason', async () => {
    const before = await stateOf()
    yes(await suspend(owner, 'It read the wrong ticket.'))
    expect(await stateOf()).toEqual({ isSuspended: true, rev: before.rev + 1 })
    expect(await told('wrong ticket')).toEqual([
      {
        type: 'agent.suspended',
        outcome: 'done',
        by: owner.personId,
        data: { slug: 'refund-triage', before: 'active', after: 'suspended' },
      },
    ])
  })

  test('twice is a change meanwhile, and so is filing for it', async () => {
    expect(no(await suspend(administrator))).toBe('changed_meanwhile')
    const { requester } = world.actors
    const form = world.demo.form('summarise-a-ticket')
    expect(no(await submitRequest(requester, actOf(requester), form))).toBe('agent_suspended')
  })

  test('ends with an administrator only', async () => {
    for (const kind of ['owner', 'requester', 'approver', 'auditor'] as const)
      expect(no(await resume(world.actors[kind]))).toBe('not_allowed')
    expect((await stateOf()).isSuspended).toBe(true)
    yes(await resume(administrator))
    expect((await stateOf()).isSuspended).toBe(false)
    expect(no(await resume(administrator))).toBe('changed_meanwhile')
  })

  test('is refused to everybody else, in the trail, and to strangers without a word', async () => {
    for (const kind of ['requester', 'approver', 'auditor', 'groupless'] as const) {
      expect(no(await suspend(world.actors[kind]))).toBe('not_allowed')
      expect(await told(`event:act.refused human:${world.actors[kind].personId}`)).toContainEqual({
        type: 'act.refused',
        outcome: 'refused',
        by: world.actors[kind].personId,
        data: { act: 'agent.suspend' },
      })
    }
    const { rows: before } = await pool().query('select next_leaf from trail_head')
    for (const kind of ['strangeAdministrator', 'strangeRequester'] as const)
      expect(no(await suspend(world.actors[kind]))).toBe('not_found')
    expect((await pool().query('select next_leaf from trail_head')).rows).toEqual(before)
    expect((await stateOf()).isSuspended).toBe(false)
  })

  test('by twenty at once happens once', async () => {
    const before = await stateOf()
    const results = await Promise.all(Array.from({ length: 20 }, () => suspend(administrator)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await stateOf()).toEqual({ isSuspended: true, rev: before.rev + 1 })
    const events = (await told('event:agent.suspended')).length
    expect(events).toBe(2)
    yes(await resume(administrator))
  })
})

test('live grants of an agent are counted for whoever may see them', async () => {
  const { requester, otherRequester, auditor, strangeAuditor } = world.actors
  await world.demo.file('summarise-a-ticket', requester)
  const now = await databaseNow()
  const counted = async (actor: Actor) => (await countLiveGrants(actor, now)).get(agentId) ?? 0
  expect(await Promise.all([requester, auditor, otherRequester, strangeAuditor].map(counted))).toEqual([
    1, 1, 0, 0,
  ])
})
