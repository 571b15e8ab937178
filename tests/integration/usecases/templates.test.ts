import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { newNonce } from '@/lib/data/new-id'
import { listTemplates } from '@/lib/data/templates'
import type { Actor } from '@/lib/domain/access'
import type { ProposalId } from '@/lib/domain/ids'
import { registrationImpact } from '@/lib/usecases/facts/registration-impact'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { ProposeTemplate, proposeTemplate } from '@/lib/usecases/templates/propose-template'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { addSomebody } from '@/tests/harness/stages'

let db: FreshDatabase
let demo: DemoPeople
let first: Actor
let other: Actor

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
  other = await addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
})
afterAll(() => db.dispose())

const propose = (by: Actor, form: object) => proposeTemplate(by, actOf(by), ProposeTemplate.parse(form))
const activate = (by: Actor, proposalId: ProposalId, shown: number) =>
  activateProposal(by, actOf(by), { proposalId, shown })

/** A template of its own for each test: no test meets what another left. */
let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `Read a ticket ${count}`
})
const form = (more: object = {}) => {
  const { agentId, scopeIds } = demo.form('summarise-a-ticket')
  const terms = { goal: 'Read it.', goalCategory: 'support', environment: 'staging', minutes: '10' }
  return { kind: 'template.add', agentId, name, ...terms, scopeIds, ...more }
}
async function added() {
  yes(await activate(other, yes(await propose(first, form())).proposalId, 0))
  const template = (await listTemplates(first.tenantId)).find((one) => one.name === name)
  if (!template) throw new Error('There is no such template.')
  return template
}
const filing = (templateId: string) => ({
  ...{ ...demo.form('summarise-a-ticket'), submissionId: newNonce() },
  templateId: templateId as never,
})

async function typesSince(leaf: string) {
  const { rows } = await pool().query<{ type: string }>(
    'select type from trail_event where leaf >= $1 order by leaf',
    [leaf],
  )
  return rows.map(({ type }) => type)
}
const nextLeaf = async () =>
  (await pool().query<{ next: string }>('select next_leaf as next from trail_head')).rows[0]?.next ?? '0'

describe('a template', () => {
  test('waits for a second administrator, and is chosen from then on', async () => {
    const from = await nextLeaf()
    const { proposalId, state } = yes(await propose(first, form()))
    expect(state).toBe('open')
    expect(no(await propose(other, form({ minutes: '11' })))).toBe('already_proposed')
    expect(no(await activate(first, proposalId, 0))).toBe('own_proposal')
    yes(await activate(other, proposalId, 0))
    const templates = await listTemplates(first.tenantId)
    expect(templates.at(-1)).toMatchObject({ name, goalCategory: 'support', durationSeconds: 600 })
    expect(no(await propose(first, form({ minutes: '11' })))).toBe('template_exists')
    const asked = ['proposal.made', 'act.refused', 'proposal.activated', 'template.added']
    expect(await typesSince(from)).toEqual(asked)
    const requester = await demo.actor('requester')
    const filed = yes(await submitRequest(requester, actOf(requester), filing(templates.at(-1)?.id ?? '')))
    const row = await database().request.findUniqueOrThrow({ where: { id: filed.id } })
    expect(row.goalCategory).toBe('support')
  })

  test('asks for nothing its agent or its scopes do not allow', async () => {
    expect(no(await propose(first, form({ environment: 'nowhere' })))).toBe('environment_unknown')
    expect(no(await propose(first, form({ minutes: '1440' })))).toBe('too_long')
    expect(no(await propose(first, form({ scopeIds: ['X-N0NE'] })))).toBe('scope_unknown')
    expect(no(await propose(first, form({ agentId: 'A-N0NE' })))).toBe('not_found')
    for (const wrong of [{ scopeIds: undefined }, { name: '…' }, { goalCategory: 'Two words' }])
      expect(ProposeTemplate.safeParse(form(wrong)).success).toBe(false)
  })

  test('is changed over what was read, and what was filed keeps what it asked for', async () => {
    const template = await added()
    const requester = await demo.actor('requester')
    const filed = yes(await submitRequest(requester, actOf(requester), filing(template.id)))
    const set = { kind: 'template.set', templateId: template.id, goalCategory: 'maintenance' }
    const { proposalId } = yes(await propose(first, form(set)))
    expect(no(await activate(other, proposalId, 9))).toBe('changed_meanwhile')
    const change = { kind: 'template.set', templateId: template.id } as never
    expect(await registrationImpact(first, change, await databaseNow())).toEqual([
      expect.stringMatching(/^0 waiting requests and 1 live grant were filed with it and keep/),
    ])
    yes(await activate(other, proposalId, 1))
    const row = await database().request.findUniqueOrThrow({ where: { id: filed.id } })
    expect(row.goalCategory).toBe('support')
    expect((await listTemplates(first.tenantId)).find(({ id }) => id === template.id)).toMatchObject({
      goalCategory: 'maintenance',
    })
  })

  test('is retired: nobody chooses it, what was filed with it stays, and an edit may keep it', async () => {
    const template = await added()
    const requester = await demo.actor('requester')
    const waiting = {
      ...demo.form('resolve-a-refund-ticket'),
      templateId: template.id,
      submissionId: newNonce(),
    }
    const filed = yes(await submitRequest(requester, actOf(requester), waiting))
    const from = await nextLeaf()
    const retire = { kind: 'template.retire', agentId: template.agentId, templateId: template.id }
    yes(await activate(other, yes(await propose(first, retire)).proposalId, 1))
    expect(await typesSince(from)).toContain('template.retired')
    expect((await listTemplates(first.tenantId)).map(({ id }) => id)).not.toContain(template.id)
    expect(no(await submitRequest(requester, actOf(requester), filing(template.id)))).toBe('template_retired')
    const kept = await demo.read(filed.id)
    expect(kept).toMatchObject({ state: 'awaiting', templateId: template.id })
    const edit = { ...waiting, requestId: filed.id, rev: kept.rev, goal: 'Read it twice.' }
    expect(yes(await editRequest(requester, actOf(requester), edit)).id).toBe(filed.id)
    const another = yes(
      await submitRequest(requester, actOf(requester), {
        ...demo.form('resolve-a-refund-ticket'),
        submissionId: newNonce(),
      }),
    )
    const chosen = { ...edit, requestId: another.id, rev: (await demo.read(another.id)).rev }
    expect(no(await editRequest(requester, actOf(requester), chosen))).toBe('template_retired')
    expect(no(await propose(first, retire))).toBe('not_found')
    expect(no(await propose(first, form()))).toBe('template_exists')
  })

  test('is nobody else’s to propose, and the attempt stays in the trail', async () => {
    const from = await nextLeaf()
    for (const persona of ['requester', 'approver', 'compliance-officer'] as const)
      expect(no(await propose(await demo.actor(persona), form()))).toBe('not_allowed')
    expect(await typesSince(from)).toEqual(Array(3).fill('act.refused'))
  })
})
