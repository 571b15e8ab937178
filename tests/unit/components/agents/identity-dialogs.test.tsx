import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { AddSpiffeId } from '@/components/agents/add-identity'
import { EditConditions, RotateKey } from '@/components/agents/edit-identity'
import { IdentitiesPart } from '@/components/agents/identities-part'
import { PutDomain } from '@/components/settings/trust-dialogs'
import { AgentId, PersonId, TenantId } from '@/lib/domain/ids'

const action = async () => ({ kind: 'idle' as const })
const proposing = { action, isAlone: false }
const of = { agentId: 'A-7F3K', slug: 'triage', identityId: 'N-7F3K', what: 'runner of https://ci.example' }

/** What the field of this label holds: its value, or what it offers. */
function fieldOf(html: string, label: string): string | null {
  const id = new RegExp(`<label[^>]*for="([^"]+)"[^>]*>${label}`).exec(html)?.[1]
  if (!id) return null
  const field = new RegExp(`<(input|textarea|select)[^>]*id="${id}"[^>]*>([^]*?)(?=<label|</form>)`).exec(
    html,
  )
  return field?.[0] ?? null
}

describe('a dialog of an identity', () => {
  it('has the conditions as they were written, and says of which identity', () => {
    const html = renderToStaticMarkup(
      <EditConditions {...proposing} of={of} conditions={'ref = refs/heads/main\nteam in a, b'} />,
    )
    expect(html).toContain('Edit the conditions of an identity of triage')
    expect(html).toContain('runner of https://ci.example')
    expect(fieldOf(html, 'Conditions')).toContain('ref = refs/heads/main\nteam in a, b</textarea>')
    for (const hidden of ['name="kind" value="conditions"', 'name="identityId" value="N-7F3K"'])
      expect(html).toContain(hidden)
  })

  it('rotates a key into the environment of the one before: none is asked for', () => {
    const html = renderToStaticMarkup(<RotateKey {...proposing} of={of} />)
    expect(html).toContain('Rotate a key of triage')
    expect(fieldOf(html, 'Public key')).toContain('name="key"')
    expect(html).not.toContain('<select')
    expect(html).toContain('name="kind" value="rotate"')
  })

  it('says what a SPIFFE ID stands for, this one alone unless chosen otherwise', () => {
    const agent = { id: 'A-7F3K', slug: 'triage', environments: ['staging'] }
    const html = renderToStaticMarkup(
      <AddSpiffeId {...proposing} agent={agent} domains={['agents.example']} issuers={[]} />,
    )
    const options = [...html.matchAll(/<option value="([^"]*)"[^>]*>([^<]*)/g)].map(([, ...one]) => one)
    expect(options).toEqual([
      ['agents.example', 'agents.example'],
      ['exact', 'This workload only'],
      ['prefix', 'Every workload below this path'],
    ])
  })
})

it('the tools stand beside the identity they are of, and a prefix is no name', () => {
  const agent = {
    ...{ id: AgentId.parse('A-7F3K'), tenantId: TenantId.parse('T-7F3K'), slug: 'triage', purpose: '' },
    ...{ environments: ['staging'], owners: [PersonId.parse('P-7F3K')], suspended: null, rev: 1 },
    identities: [{ trustDomain: 'agents.example', workload: 'pool/' }],
  }
  const one = { id: 'N-1', kind: 'key' as const, what: 'key a', environment: 'staging' }
  const html = renderToStaticMarkup(
    <IdentitiesPart
      agent={agent}
      identities={[one, { ...one, id: 'N-2', what: 'key b' }]}
      tools={null}
      toolsOf={(id) => <b>{`tools of ${id}`}</b>}
    />,
  )
  expect(html).toMatch(/key a.*tools of N-1.*key b.*tools of N-2/)
  expect(html).toMatch(/In credentials.*A-7F3K/)
})

describe('the dialog of a trust domain', () => {
  const render = (source: { url: string; file: string; files: boolean }) =>
    renderToStaticMarkup(<PutDomain {...proposing} name="agents.example" source={source} />)

  it('asks for a file only where there is a folder of them', () => {
    expect(fieldOf(render({ url: '', file: '', files: false }), 'Or its file')).toBeNull()
    const html = render({ url: '', file: 'agents.json', files: true })
    expect(fieldOf(html, 'Or its file')).toContain('value="agents.json"')
    expect(fieldOf(html, 'Or its address')).toContain('value=""')
  })
})
