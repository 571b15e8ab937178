import { expect, test } from 'vitest'
import { type ChainNode, chainGraph } from '@/lib/domain/agent-chain'
import { AgentId, PersonId } from '@/lib/domain/ids'

const agent = (slug: string, id: string) => ({ id: AgentId.parse(id), slug })
const person = (name: string, id: string) => ({ id: PersonId.parse(id), name })
const requester = person('Requester', 'P-0NE1')
const triage = agent('triage', 'A-0NE1')
const reader = agent('reader', 'A-0NE2')
const rotator = agent('rotator', 'A-0NE3')
const lead = agent('lead', 'A-0NE4')

const shown = (nodes: readonly ChainNode[]): string[] =>
  nodes.flatMap(({ name, grants, below }) => [
    `${name} ${grants}`,
    ...shown(below).map((line) => `  ${line}`),
  ])

test('nobody is in the chain of no grant', () => {
  expect(chainGraph(triage, [])).toEqual([])
})

test('grants that go the same way are one path, and each way is its own', () => {
  const direct = { person: requester, above: [], below: [] }
  const graph = chainGraph(triage, [
    direct,
    { ...direct, below: [[reader], [reader, rotator]] },
    { ...direct, below: [[rotator]] },
    { person: person('Approver', 'P-0NE2'), above: [lead], below: [] },
  ])
  expect(shown(graph)).toEqual([
    ...['Approver 0', '  lead 0', '    triage 1'],
    ...['Requester 0', '  triage 3', '    reader 1', '      rotator 1', '    rotator 1'],
  ])
})

test('two people of one name are two, and so are a person and an agent', () => {
  const people = [person('triage', 'P-0NE3'), person('triage', 'P-0NE4')]
  const graph = chainGraph(
    triage,
    people.map((one) => ({ person: one, above: [], below: [] })),
  )
  const below = [{ kind: 'agent', id: triage.id, grants: 1 }]
  expect(graph).toMatchObject(people.map(({ id }) => ({ kind: 'person', id, below })))
})
