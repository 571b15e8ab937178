import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { CountersignPanel } from '@/components/approvals/countersign-panel'
import type { RequestView } from '@/components/requests/request-view'
import { AgentId } from '@/lib/domain/ids'

const act = async () => ({ kind: 'idle' }) as const
const actions = { prepare: act, preview: act, approve: act, deny: act }
const LINTER = AgentId.parse('A-0NE1')
const delegation = { agents: [{ id: LINTER, slug: 'linter', identity: 'spiffe://a/linter' }], depth: 1 }
const scope = {
  id: 'X-1',
  action: 'a:b',
  resource: 'r',
  sensitivity: 1,
  serverName: 's',
  serverIdentifier: 'i',
}

/** The words beside the buttons, of a request that names a sub-agent, or did. */
function said(left: RequestView['effective']['delegation'], owned: readonly AgentId[] = []): string {
  const asked = { scopes: [scope], durationSeconds: 600, uses: null, delegation }
  const stage = { stage: {}, groupName: 'Security', counted: 0, quorum: 1 }
  const view = {
    ...{
      request: { id: 'R-1', agent: { slug: 'triage' }, environment: 'staging', requester: { name: 'N' } },
    },
    ...{ asked, effective: { ...asked, delegation: left }, changes: [], stages: [stage] },
    ownSubAgents: owned,
  } as unknown as RequestView
  const signing = { stage, signers: [], after: 0, asksOneMore: false } as never
  const html = renderToStaticMarkup(
    <CountersignPanel {...{ view, signing, actions: actions as never, signer: 'S', next: null }} />,
  )
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
}

describe('what stands beside the buttons that sign', () => {
  test('names the sub-agents a signature counts for, or that none is left', () => {
    expect(said(delegation)).toContain('Sub-agents linter, 1 level down')
    expect(said(null)).toContain('Sub-agents None any more')
  })

  test('says to the owner of one what signing keeps it from', () => {
    expect(said(delegation, [LINTER])).toContain('You own linter. Once you have signed')
    expect(said(delegation, [AgentId.parse('A-0THER')])).not.toContain('You own')
    expect(said(null, [LINTER])).not.toContain('You own')
  })
})
