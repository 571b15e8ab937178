import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { findAgentBySlug, listAgents } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { listUnidentified } from '@/lib/data/registrations'
import type { Actor } from '@/lib/domain/access'
import type { ProposalId } from '@/lib/domain/ids'
import { ProposeAgent, proposeAgent } from '@/lib/usecases/agents/propose-agent'
import { registrationImpact } from '@/lib/usecases/facts/registration-impact'
import { disablePerson } from '@/lib/usecases/people/disable-person'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { addSomebody } from '@/tests/harness/stages'

let db: FreshDatabase | undefined
let demo: DemoPeople
let first: Actor

beforeEach(async () => {
  await db?.dispose()
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
})
afterAll(() => db?.dispose())

const propose = (by: Actor, form: object) => proposeAgent(by, actOf(by), ProposeAgent.parse(form))
const activate = (by: Actor, proposalId: ProposalId, shown = 0) =>
  activateProposal(by, actOf(by), { proposalId, shown })
const second = () => addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
const NEW = () => ({
  ...{ kind: 'agent.add', slug: 'invoice-reader', purpose: 'Reads invoices.', owners: [first.personId] },
  environments: 'staging, production staging',
})
const found = (slug: string) => findAgentBySlug(first.tenantId, slug)

/** What the trail says of one kind of event, in its order. */
async function dataOf(type: string) {
  const { rows } = await pool().query<{ entry: string }>(
    'select entry from trail_event where type = $1 order by leaf',
    [type],
  )
  return rows.map(({ entry }) => JSON.parse(entry).data as Record<string, unknown>)
}

describe('an agent', () => {
  test('waits for a second administrator, is there then, and has nothing to prove itself with', async () => {
    const other = await second()
    const { proposalId, state } = yes(await propose(first, NEW()))
    expect(state).toBe('open')
    expect(await found('invoice-reader')).toBeNull()
    expect(no(await propose(other, NEW()))).toBe('already_proposed')
    expect(no(await activate(first, proposalId))).toBe('own_proposal')
    yes(await activate(other, proposalId))
    const agent = await found('invoice-reader')
    expect(agent).toMatchObject({
      ...{ purpose: 'Reads invoices.', environments: ['production', 'staging'] },
      ...{ owners: [first.personId], identities: [], suspended: null },
    })
    expect([...(await listUnidentified(first.tenantId))]).toEqual([agent?.id])
    expect((await dataOf('agent.added')).at(-1)).toMatchObject({
      ...{ slug: 'invoice-reader', owners: [first.personId], by: other.personId },
    })
    const { rows } = await pool().query(
      `select agent_id from trail_event where type = 'agent.added' order by leaf desc limit 1`,
    )
    expect(rows[0].agent_id).toBe(agent?.id)
  })

  test('takes one step where there is one administrator, and the trail says so', async () => {
    expect(yes(await propose(first, NEW())).state).toBe('activated')
    expect((await dataOf('agent.added')).at(-1)).toMatchObject({ single_administrator: true })
  })

  test('A03: gets no name that is taken for another’s, and whoever tried is in the trail', async () => {
    for (const slug of ['refund-triage', 'refund-tr1age', 'refundtriage']) {
      const answer = await propose(first, { ...NEW(), slug })
      expect(no(answer)).toBe('agent_looks_alike')
      expect(answer).toMatchObject({ refusal: { says: expect.stringContaining('refund-triage') } })
    }
    expect(await dataOf('act.refused')).toEqual(
      Array(3).fill({ act: 'agent.add', reason: 'agent_looks_alike' }),
    )
  })

  test('A03: of two names that look alike, activated at once, one comes into force', async () => {
    const other = await second()
    const names = ['lnvoice-reader', 'invoice-reader', 'invoicereader']
    const proposals = []
    for (const slug of names) proposals.push(yes(await propose(first, { ...NEW(), slug })).proposalId)
    const answers = await Promise.all(proposals.map((id) => activate(other, id)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const answer of answers.filter(({ ok }) => !ok)) expect(no(answer)).toBe('agent_looks_alike')
    expect(await listAgents(first.tenantId)).toHaveLength(3)
  })

  test('belongs to somebody of the tenant who is not disabled, also when it is activated', async () => {
    const other = await second()
    const gone = await addSomebody(first.tenantId, 'gone', { roles: ['requester'] })
    const { proposalId } = yes(await propose(first, { ...NEW(), owners: [gone.personId] }))
    yes(await disablePerson(first, actOf(first), { personId: gone.personId, reason: '' }))
    expect(no(await activate(other, proposalId))).toBe('owner_unknown')
    expect(await found('invoice-reader')).toBeNull()
    for (const owners of [undefined, []])
      expect(ProposeAgent.safeParse({ ...NEW(), owners }).success).toBe(false)
  })

  test('is nobody else’s to propose, and the attempt stays in the trail', async () => {
    for (const persona of ['requester', 'approver', 'compliance-officer'] as const)
      expect(no(await propose(await demo.actor(persona), NEW()))).toBe('not_allowed')
    expect(await dataOf('act.refused')).toEqual(Array(3).fill({ act: 'agent.add', reason: 'not_allowed' }))
  })
})

describe('what is said of an agent', () => {
  const form = async (more: object) => {
    const agent = await found('refund-triage')
    if (!agent) throw new Error('There is no refund-triage.')
    const { id: agentId, purpose, owners } = agent
    return { kind: 'agent.set', agentId, purpose, owners, environments: 'staging production', ...more }
  }

  test('is changed over what was read, with its version', async () => {
    const other = await second()
    const approver = await demo.actor('approver')
    const change = await form({ owners: [approver.personId, first.personId], purpose: 'Reads.' })
    const { proposalId } = yes(await propose(first, change))
    expect(no(await activate(other, proposalId, 7))).toBe('changed_meanwhile')
    yes(await activate(other, proposalId, 1))
    const agent = await found('refund-triage')
    expect(agent).toMatchObject({ purpose: 'Reads.', rev: 2 })
    expect(agent?.owners.toSorted()).toEqual([approver.personId, first.personId].toSorted())
    expect(await dataOf('agent.changed')).toHaveLength(1)
    expect(no(await propose(first, change))).toBe('nothing_to_change')
  })

  test('who owns it no more may sign its requests then, so they never activate that', async () => {
    const other = await second()
    const approver = await demo.actor('approver')
    yes(
      await activate(
        other,
        yes(await propose(first, await form({ owners: [other.personId] }))).proposalId,
        1,
      ),
    )
    const freed = yes(await propose(first, await form({ owners: [approver.personId] }))).proposalId
    expect(no(await activate(other, freed, 2))).toBe('own_gain')
    const third = await addSomebody(first.tenantId, 'third', { roles: ['administrator'] })
    yes(await activate(third, freed, 2))
  })

  test('a signature of whoever became its owner meanwhile counts no more', async () => {
    const [requester, approver] = [await demo.actor('requester'), await demo.actor('approver')]
    const id = await demo.file('rotate-a-production-secret', requester)
    yes(await demo.approve(approver, id))
    const agent = await found('secret-rotator')
    const owners = [first.personId, approver.personId]
    const change = { kind: 'agent.set', agentId: agent?.id, purpose: agent?.purpose, owners }
    yes(await propose(first, { ...change, environments: 'production' }))
    yes(await demo.approve(await demo.actor('second-approver'), id))
    expect((await demo.read(id)).state).toBe('awaiting')
  })

  test('says before it loses an environment what is open there', async () => {
    await demo.file('summarise-a-ticket', await demo.actor('requester'))
    const agent = await found('refund-triage')
    const change = {
      kind: 'agent.set',
      agentId: agent?.id,
      purpose: 'x',
      owners: [],
      environments: ['production'],
    }
    const words = await registrationImpact(first, change as never, await databaseNow())
    expect(words).toEqual([expect.stringMatching(/^0 waiting requests and 1 live grant are for staging\./)])
  })

  test('changed twenty times at once changes once', async () => {
    const other = await second()
    const { proposalId } = yes(await propose(first, await form({ purpose: 'Reads.' })))
    const answers = await Promise.all(Array.from({ length: 20 }, () => activate(other, proposalId, 1)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await database().agent.count({ where: { slug: 'refund-triage', rev: 2 } })).toBe(1)
  })
})
