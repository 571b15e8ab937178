import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { AgentTable } from '@/components/agents/agent-table'
import { AgentTemplates } from '@/components/agents/agent-templates'
import { AgentId, PersonId, TenantId } from '@/lib/domain/ids'

const agent = {
  ...{ id: AgentId.parse('A-7F3K'), tenantId: TenantId.parse('T-7F3K'), slug: 'triage', purpose: '' },
  ...{ environments: ['staging'], owners: [PersonId.parse('P-7F3K')], suspended: null, rev: 1 },
  identities: [],
}
const table = (isUnidentified: boolean) =>
  renderToStaticMarkup(
    <AgentTable
      agents={[agent]}
      nameOf={() => 'Ada'}
      liveOf={() => 0}
      isUnidentified={() => isUnidentified}
    />,
  )

it('an agent that can prove nothing leads to its page, for who may add an identity', () => {
  expect(table(true)).toContain('aria-label="Add identity of triage"')
  expect(table(false)).not.toContain('Add identity')
  expect(table(false)).toContain('A-7F3K')
})

it('templates are added where there is none and where there are some, by who may', () => {
  const template = {
    ...{ slug: 'read', name: 'Read a ticket', goal: 'Read it.', goalCategory: 'support', scopes: [] },
    ...{ environment: 'staging', durationSeconds: 600, tools: <b>Retire</b> },
  }
  const add = <b>Add template</b>
  const shown = (more: object) =>
    renderToStaticMarkup(<AgentTemplates templates={[]} mayFile={false} {...more} />)
  expect(shown({ add })).toMatch(/This agent has no template\..*Add template/)
  expect(shown({})).not.toContain('Add template')
  expect(shown({ add, templates: [template] })).toMatch(/Add template.*Read a ticket.*Retire/)
  expect(shown({ templates: [template], mayFile: true })).toContain('href="/requests/new?template=read"')
})
