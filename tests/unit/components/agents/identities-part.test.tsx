import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { IdentitiesPart } from '@/components/agents/identities-part'
import { AgentId, PersonId, TenantId } from '@/lib/domain/ids'

it('the tools stand beside the identity they are of, and a prefix is no name', () => {
  const agent = {
    ...{ id: AgentId.parse('A-7F3K'), tenantId: TenantId.parse('T-7F3K'), slug: 'triage', purpose: '' },
    ...{ environments: ['staging'], owners: [PersonId.parse('P-7F3K')], suspended: null, rev: 1 },
    identities: [{ trustDomain: 'agents.example', workload: 'pool/', environment: null }],
  }
  const one = { id: 'N-1', kind: 'key' as const, what: 'key a', environment: 'staging', isOwnPlace: true }
  const html = renderToStaticMarkup(
    <IdentitiesPart
      agent={agent}
      identities={[one, { ...one, id: 'N-2', what: 'key b', isOwnPlace: false }]}
      tools={null}
      toolsOf={(id) => <b>{`tools of ${id}`}</b>}
    />,
  )
  expect(html).toMatch(/key a.*tools of N-1.*key b.*tools of N-2/)
  expect(html.match(/stated for this identity/g)).toHaveLength(1)
  expect(html).toMatch(/In credentials.*A-7F3K/)
})
