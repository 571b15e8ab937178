import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findAuthorityRows } from '@/lib/data/authority-callers'
import { holdAbove } from '@/lib/data/child-grants'
import { ChangedMeanwhile, commit } from '@/lib/data/commit'
import { database } from '@/lib/data/database'
import { findTree } from '@/lib/data/grant-trees'
import { type IssueAnswer, issueCredential } from '@/lib/data/issue-batch'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { newChildGrantId, newId } from '@/lib/data/new-id'
import { ChildAsk, childFacts, childProblem, draftChild } from '@/lib/domain/child-grant'
import { AgentId, GrantId } from '@/lib/domain/ids'
import { type IssueFacts, issueGrounds } from '@/lib/domain/issue'
import { done } from '@/lib/domain/result'
import { askAtIssue } from '@/lib/usecases/facts/ask-at-issue'
import { findNamedAgent } from '@/lib/usecases/facts/named-agent'
import { makeAgent, type TestAgent } from '@/tests/harness/authority'
import { addAgent, type ChildrenWorld, childrenWorld, handOn, spiffe } from '@/tests/harness/children'
import { grantTask, SERVERS, setup } from '@/tests/harness/world'

const VAULT = [{ resource: SERVERS.vault }]

let s: ChildrenWorld
let third: TestAgent
let thirdId: AgentId

beforeAll(async () => {
  s = await childrenWorld()
  thirdId = await addAgent(s.world, 'third')
  third = await makeAgent(s.world, s.issuer, { agent: 'third' })
})
afterAll(() => s.dispose())

async function task(): Promise<GrantId> {
  const { stranger } = s.world.agents
  const agents = Object.entries({ stranger, third: thirdId }).map(([slug, id]) => ({
    ...{ id: AgentId.parse(id), slug, identity: spiffe(slug) },
  }))
  const delegation = { agents, depth: 2 }
  return (await grantTask(s.world, { scopes: ['secret'], signed: ['approver'], delegation })).grantId
}

/** A grandchild, the facts it may be issued on now, and what policy says to them. */
async function deepest() {
  const child = await handOn(s.triage, s.issuer, await task(), {
    ...{ agent: spiffe('stranger'), resources: VAULT, depth: 1 },
  })
  const deeper = await handOn(s.stranger, s.issuer, child.id, { agent: spiffe('third'), resources: VAULT })
  const facts = await findIssueFacts(GrantId.parse(deeper.id))
  if (!facts) throw new Error('It was not opened.')
  return { facts, asked: await askAtIssue(facts, facts.scopes, 'staging') }
}

async function issue({ facts, asked }: Awaited<ReturnType<typeof deepest>>): Promise<IssueAnswer> {
  const { trustRev } = await findAuthorityRows()
  return issueCredential({
    ...{ act: setup, id: newId('CredentialId'), facts, jkt: 'k'.repeat(43), trustRev },
    ...{ decidedBy: asked.decidedBy, decisions: asked.decisions },
  })
}

/** What becomes of one act when this happened after policy was asked and before anything was locked. */
const seat = () => database().groupMember.findFirstOrThrow({ where: { personId: s.world.people.approver } })
async function withoutSeat<T>(act: () => Promise<T>): Promise<T> {
  const row = await seat()
  const { groupId, personId } = row
  await database().groupMember.delete({ where: { groupId_personId: { groupId, personId } } })
  return act().finally(() => database().groupMember.create({ data: row }))
}
async function ownedBySigner<T>(agentId: string, act: () => Promise<T>): Promise<T> {
  const row = { agentId, personId: s.world.people.approver }
  await database().agentOwner.create({ data: row })
  return act().finally(() => database().agentOwner.delete({ where: { agentId_personId: row } }))
}

describe('between the answer of policy and the lock', () => {
  test('nothing happens: it is issued on what was decided', async () => {
    const decided = await deepest()
    expect(decided.asked.refusal).toBeNull()
    expect(decided.facts.memberships).toHaveLength(1)
    expect((await issue(decided)).kind).toBe('issued')
    expect(third.client.client_id).toBe(spiffe('third'))
  })

  test('the approver leaves the group: it is decided again', async () => {
    const decided = await deepest()
    expect((await withoutSeat(() => issue(decided))).kind).toBe('moved')
  })

  test('the approver becomes an owner of the sub-agent, or of the one between: it is decided again', async () => {
    const decided = await deepest()
    for (const agentId of [thirdId, s.world.agents.stranger])
      expect((await ownedBySigner(agentId, () => issue(decided))).kind).toBe('moved')
    expect((await issue(decided)).kind).toBe('issued')
  })
})

describe('between the answer of policy and the opening of a child', () => {
  async function opening() {
    const id = await task()
    const [parent, tree] = await Promise.all([findIssueFacts(id), findTree(id)])
    const agent = await findNamedAgent(s.world.tenantId, 'staging', spiffe('stranger'))
    if (!parent || !tree) throw new Error('There is no such grant.')
    const draft = draftChild(parent, tree, agent, ChildAsk.parse({ agent: 'x', resources: VAULT }))
    if (!draft.ok) throw new Error(draft.reason)
    const { delegation, rootId } = tree
    const ids = { id: newChildGrantId(rootId), requestId: newId('RequestId') }
    const child = childFacts(parent, { ...ids, agent: draft.agent, terms: draft.terms, delegation })
    const { decidedBy, refusal } = await askAtIssue(child, child.scopes, 'staging')
    expect(refusal).toBeNull()
    return { parent, child, rootId, decidedBy }
  }
  type Opening = { parent: IssueFacts; child: IssueFacts; rootId: GrantId }
  async function problemOf({
    parent,
    child,
    rootId,
    decidedBy,
  }: Opening & Awaited<ReturnType<typeof opening>>) {
    const grounds = issueGrounds({ facts: child, decidedBy, scopes: child.scopes })
    let problem: ReturnType<typeof childProblem> = null
    await commit(setup, done(null), async (tx) => {
      problem = childProblem(child, { grounds, ...(await holdAbove(tx, { grounds, parent, rootId })) })
      throw new ChangedMeanwhile()
    })
    return problem
  }

  test('the approver leaves the group: it is decided again', async () => {
    const decided = await opening()
    expect(await problemOf(decided)).toBeNull()
    expect(await withoutSeat(() => problemOf(decided))).toBe('moved')
  })
})
