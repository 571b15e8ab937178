import { describe, expect, test } from 'vitest'
import { allOf, delegationChosen, localAnswer } from '@/components/approvals/use-narrowing'
import { AgentId } from '@/lib/domain/ids'
import { Scope } from '@/lib/domain/scope'
import type { Terms } from '@/lib/domain/terms'

const AGENTS = ['0NE1', 'TW02'].map((id) => ({ id: AgentId.parse(`A-${id}`), slug: id, identity: id }))
const LEFT: Terms = {
  scopes: [
    Scope.parse({
      ...{ id: 'X-0NE1', tenantId: 'T-0NE1', action: 'a:b', resource: 'r', sensitivity: 1, dataDomain: 'd' },
      ...{ maxSeconds: 3600, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 's', serverType: 't' },
    }),
  ],
  ...{ durationSeconds: 600, uses: null, delegation: { agents: AGENTS, depth: 2 } },
}

describe('what an approver leaves of the sub-agents', () => {
  test('is all of them first, which changes nothing', () => {
    expect(allOf(LEFT)).toMatchObject({ subAgentIds: AGENTS.map(({ id }) => id), depth: '2' })
    expect(localAnswer(LEFT, allOf(LEFT))).toEqual({ kind: 'unchanged' })
    expect(allOf({ ...LEFT, delegation: null })).toMatchObject({ subAgentIds: [], depth: '0' })
  })

  test('is worth asking about when one is struck, or a level', () => {
    const without = { ...allOf(LEFT), subAgentIds: ['A-0NE1'] }
    expect(localAnswer(LEFT, without)).toBeNull()
    expect(delegationChosen(LEFT.delegation, without)).toEqual({ agents: AGENTS.slice(0, 1), depth: 2 })
    expect(localAnswer(LEFT, { ...allOf(LEFT), depth: '1' })).toBeNull()
    expect(delegationChosen(LEFT.delegation, { ...allOf(LEFT), subAgentIds: [] })).toBeNull()
  })
})
