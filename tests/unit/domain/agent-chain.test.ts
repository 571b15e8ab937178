import { expect, test } from 'vitest'
import { type ChainNode, chainGraph } from '@/lib/domain/agent-chain'
import { AgentId } from '@/lib/domain/ids'

const agent = (slug: string, id: string) => ({ id: AgentId.parse(id), slug })
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
  const direct = { person: 'Requester', above: [], below: [] }
  const graph = chainGraph(triage, [
    direct,
    { ...direct, below: [[reader], [reader, rotator]] },
    { ...direct, below: [[rotator]] },
    { person: 'Approver', above: [lead], below: [] },
  ])
  expect(shown(graph)).toEqual([
    ...['Approver 0', '  lead 0', '    triage 1'],
    ...['Requester 0', '  triage 3', '    reader 1', '      rotator 1', '    rotator 1'],
  ])
})

test('a person and an agent of one name are two', () => {
  const graph = chainGraph(triage, [{ person: 'triage', above: [], below: [] }])
  expect(graph).toMatchObject([{ name: 'triage', agentId: null, below: [{ agentId: triage.id }] }])
})
