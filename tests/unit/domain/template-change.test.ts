import { describe, expect, test } from 'vitest'
import { AgentId, ScopeId, TemplateId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import {
  filedWords,
  type TemplateChange,
  type TemplateFacts,
  TemplateName,
  templateEffect,
  templateSlug,
} from '@/lib/domain/template-change'

const [read, comment] = [ScopeId.parse('X-READ'), ScopeId.parse('X-C0MM')]
const which = { templateId: TemplateId.parse('E-ABCD'), agentId: AgentId.parse('A-ABCD') }
const terms = {
  ...{ name: 'Summarise a ticket', goal: 'Summarise it.', goalCategory: 'support', environment: 'staging' },
  ...{ durationSeconds: 900, scopeIds: [read] },
}
const scope = { action: 'ticket:read', resource: 'https://t.example/t', maxSeconds: 1800, isOffered: true }
const facts: TemplateFacts = {
  template: { ...terms, rev: 3 },
  agent: { slug: 'refund-triage', environments: ['staging'] },
  scopes: [
    { id: read, ...scope },
    { id: comment, ...scope, action: 'ticket:comment', isOffered: false },
  ],
  isTaken: false,
}
const ADD: TemplateChange = { kind: 'template.add', slug: 'summarise-a-ticket', ...which, ...terms }
const SET: TemplateChange = { kind: 'template.set', ...which, ...terms }
const code = (result: Result<unknown>) => (result.ok ? 'yes' : result.refusal.code)

describe('a template', () => {
  test('is added with what it asks for', () => {
    expect(templateEffect(ADD, { ...facts, template: null })).toMatchObject({
      value: {
        ...{ of: 'Template Summarise a ticket', before: 'none', rev: 0 },
        after:
          'Summarise a ticket: Summarise it. (support); staging; 15 minutes; ticket:read on https://t.example/t',
      },
    })
  })

  test('is changed and retired over the version that was read', () => {
    expect(templateEffect({ ...SET, durationSeconds: 600 }, facts)).toMatchObject({ value: { rev: 3 } })
    expect(templateEffect({ kind: 'template.retire', ...which }, facts)).toMatchObject({
      value: { of: 'Template Summarise a ticket', after: 'retired', rev: 3 },
    })
  })

  test.each([
    ['template_exists', ADD, { template: null, isTaken: true }],
    ['not_found', SET, { template: null }],
    ['not_found', { kind: 'template.retire', ...which }, { template: null }],
    ['not_found', ADD, { template: null, agent: null }],
    ['environment_unknown', { ...SET, environment: 'production' }, {}],
    ['scope_unknown', { ...SET, scopeIds: [read, comment] }, {}],
    ['scope_unknown', { ...SET, scopeIds: [ScopeId.parse('X-N0NE')] }, {}],
    ['too_long', { ...SET, durationSeconds: 1860 }, {}],
    ['nothing_to_change', SET, {}],
  ] as const)('is refused: %s', (expected, change, more) => {
    expect(code(templateEffect(change as TemplateChange, { ...facts, ...more }))).toBe(expected)
  })

  test('is called by its name in addresses, and a name without a letter is none', () => {
    expect(templateSlug(' Résumé of a ticket! ')).toBe('r-sum-of-a-ticket')
    expect(TemplateName.safeParse('…').success).toBe(false)
    expect(TemplateName.safeParse('Read\u200b').success).toBe(false)
  })

  test('says whom its end leaves as they are', () => {
    expect(filedWords('template.retire', { requests: 1, grants: 2 })).toBe(
      '1 waiting request and 2 live grants were filed with it and stay as they are. Nobody can choose it from then on, and its name cannot come back.',
    )
  })
})
