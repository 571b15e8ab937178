import { describe, expect, test } from 'vitest'
import { PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { ALL_KINDS, type NotedEvent } from '@/lib/domain/notice'
import { reaches, reachKey } from '@/lib/domain/reach'
import { reachOf, storedReach } from '@/lib/domain/stored-reach'
import { type TellFacts, type ToldRequest, tell } from '@/lib/domain/tell'

const person = (name: string) => PersonId.parse(`P-${name}`)
const [REQUESTER, OWNER, ONE, TWO, ADMIN] = ['AAAA', 'BBBB', 'CCCC', 'DDDD', 'EEEE'].map(person) as [
  PersonId,
  PersonId,
  PersonId,
  PersonId,
  PersonId,
]
const TENANT = TenantId.parse('T-AAAA')
const STAGES = [
  { name: 'security', tenantId: TENANT, order: 1 },
  { name: 'legal', tenantId: TENANT, order: 1 },
  { name: 'data-owners', tenantId: TENANT, order: 2 },
]

const signable = (stages: typeof STAGES, ...signers: PersonId[]) =>
  stages.map((stage) => ({ ...stage, signers }))

const event = (type: NotedEvent['type'], more: Partial<NotedEvent> = {}): NotedEvent => ({
  ...{ leaf: 7, at: new Date(0), type, outcome: 'done', tenantId: TENANT, by: null, stage: null },
  isNarrowing: false,
  requestId: RequestId.parse('R-AAAA'),
  ...more,
})

const facts = (request: Partial<ToldRequest> = {}): TellFacts => ({
  request: {
    ...{ id: RequestId.parse('R-AAAA'), agent: 'refund-triage', requesterId: REQUESTER },
    ...{ agentOwners: [OWNER], voters: [], isAwaiting: true, stages: STAGES },
    open: signable(STAGES.slice(0, 2), ONE, TWO),
    ...request,
  },
  administrators: [ADMIN],
  everybody: [REQUESTER, OWNER, ONE, TWO, ADMIN],
})

const toldTo = (of: NotedEvent, from = facts()) => tell(of, from)?.recipients ?? null

describe('who is told', () => {
  test('that a request waits: whoever may sign now', () => {
    expect(toldTo(event('request.filed', { outcome: 'held', by: REQUESTER }))).toEqual([ONE, TWO])
    expect(toldTo(event('request.filed', { outcome: 'allowed' }))).toBeNull()
    expect(toldTo(event('request.filed', { outcome: 'held' }), facts({ isAwaiting: false }))).toBeNull()
  })

  test('that a stopped agent goes on: administrators and whoever owns it', () => {
    expect(toldTo(event('agent.persisted'))).toEqual([ADMIN, OWNER])
  })

  test('that an agent proposes something: its human, and nobody else', () => {
    const proposed = event('request.proposed', { outcome: 'held' })
    expect(tell(proposed, facts({ isAwaiting: false, open: [], stages: [] }))).toMatchObject({
      ...{ kind: 'proposed', recipients: [REQUESTER] },
      says: 'refund-triage proposes request R-AAAA. It waits for you to confirm it.',
    })
  })

  test('of a stage that was signed: only when it opens a later one', () => {
    const closed = event('stage.closed', { stage: { name: 'security', tenantId: TENANT } })
    expect(toldTo(closed, facts({ open: signable(STAGES.slice(1, 2), ONE) }))).toBeNull()
    expect(toldTo(closed, facts({ open: signable(STAGES.slice(2), OWNER) }))).toEqual([OWNER])
    expect(toldTo(closed, facts({ open: [], isAwaiting: false }))).toBeNull()
  })

  test('of a stage that waits for long, or was escalated: whoever may sign that one', () => {
    for (const type of ['stage.reminded', 'stage.escalated'] as const) {
      const marked = event(type, { stage: { name: 'legal', tenantId: TENANT } })
      const open = [...signable(STAGES.slice(0, 1), ONE), ...signable(STAGES.slice(1, 2), TWO)]
      expect(toldTo(marked, facts({ open }))).toEqual([TWO])
      expect(toldTo(marked, facts({ open: signable(STAGES.slice(0, 1), ONE) }))).toBeNull()
    }
  })

  test('of broken glass: everybody but who broke it, and of its review whoever did', () => {
    const used = event('break_glass.used', { by: REQUESTER })
    expect(toldTo(used, facts({ isAwaiting: false, open: [] }))).toEqual([OWNER, ONE, TWO, ADMIN])
    expect(toldTo(event('break_glass.reviewed', { by: ONE }))).toEqual([REQUESTER])
  })

  test('of a signature: the requester, when it gives less than was asked', () => {
    expect(toldTo(event('approval.signed', { by: ONE }))).toBeNull()
    expect(toldTo(event('approval.signed', { by: ONE, isNarrowing: true }))).toEqual([REQUESTER])
  })

  test('of a comment: who filed, who signed and who may sign, and not who wrote it', () => {
    const comment = event('request.commented', { by: ONE })
    expect(toldTo(comment, facts({ voters: [OWNER] }))).toEqual([REQUESTER, OWNER, TWO])
  })

  test('of an answer: the requester, unless it was their own act', () => {
    expect(toldTo(event('request.denied', { by: ONE }))).toEqual([REQUESTER])
    expect(toldTo(event('grant.opened', { by: REQUESTER }))).toEqual([])
    expect(toldTo(event('request.lapsed'))).toEqual([REQUESTER])
  })

  test('of a revocation: requester and owners, each once, and not whoever did it', () => {
    expect(toldTo(event('grant.revoked', { by: OWNER }))).toEqual([REQUESTER])
    expect(toldTo(event('grant.revoked'), facts({ agentOwners: [REQUESTER] }))).toEqual([REQUESTER])
  })

  test('of a proposal: the other administrators', () => {
    expect(toldTo(event('proposal.made', { requestId: null, by: ONE }))).toEqual([ADMIN])
    expect(toldTo(event('proposal.made', { requestId: null, by: ADMIN }))).toEqual([])
  })

  test('of everything else: nobody', () => {
    for (const type of ['credential.issued', 'person.signed_in', 'trail.exported'] as const)
      expect(toldTo(event(type))).toBeNull()
  })
})

describe('what reaches somebody', () => {
  test('is everything, until they choose', () => {
    for (const stored of [null, '', '[]', '{"off":"all"}', '{"off":["nothing:known"]}'])
      for (const kind of ALL_KINDS) expect(reaches(reachOf(stored), 'mail', kind)).toBe(true)
  })

  test('is what they ticked, and nothing that is no cell of the table', () => {
    const reach = reachOf(storedReach([reachKey('app', 'waits'), 'app:__proto__', '']))
    expect([...reach]).toEqual(['app:waits'])
  })
})
