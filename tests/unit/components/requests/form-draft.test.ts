import { describe, expect, it } from 'vitest'
import {
  asksAnew,
  EMPTY_DRAFT,
  filledForm,
  termsOf,
  toggled,
  withAgent,
  withTemplate,
} from '@/components/requests/form-draft'

const TEMPLATE = {
  id: 'E-1234',
  name: 'Summarise',
  says: '',
  agentId: 'A-1234',
  goal: 'Summarise it.',
  scopeIds: ['X-1234'],
  minutes: '15',
  environment: 'staging',
}
const WHOLE = withTemplate(EMPTY_DRAFT, TEMPLATE)

describe('a template', () => {
  it('fills what it knows and keeps what was written beside it', () => {
    const draft = withTemplate({ ...EMPTY_DRAFT, justification: 'Because.', ticket: 'SUP-1' }, TEMPLATE)
    expect(draft).toMatchObject({
      goal: 'Summarise it.',
      minutes: '15',
      justification: 'Because.',
      ticket: 'SUP-1',
    })
  })
  it('taken away leaves the fields as they are', () => {
    expect(withTemplate(WHOLE, undefined)).toEqual({ ...WHOLE, templateId: '' })
  })
})

describe('another agent', () => {
  const agent = { id: 'A-2', slug: 'rotator', purpose: '', environments: ['production', 'staging'] }
  it('keeps an environment it may run in', () => {
    expect(withAgent(WHOLE, agent).environment).toBe('staging')
  })
  it('changes one it may not run in', () => {
    expect(withAgent(WHOLE, { ...agent, environments: ['production'] }).environment).toBe('production')
  })
})

describe('the terms policy is asked about', () => {
  it('are whole, lists and all', () => {
    const terms = termsOf({ ...WHOLE, scopeIds: ['X-1', 'X-2'] })
    expect(terms?.getAll('scopeIds[]')).toEqual(['X-1', 'X-2'])
    expect(terms?.get('durationMinutes')).toBe('15')
  })
  it.each([
    { agentId: '' },
    { scopeIds: [] },
    { minutes: '' },
    { minutes: '0' },
    { minutes: '1.5' },
    { environment: '' },
  ])('are not asked while one is missing: %j', (patch) => {
    expect(termsOf({ ...WHOLE, ...patch })).toBeNull()
  })
  it('hold the minutes as the server reads them', () => {
    expect(termsOf({ ...WHOLE, minutes: ' 20 ' })?.get('durationMinutes')).toBe('20')
  })
  it('do not change with a goal', () => {
    expect(asksAnew(WHOLE, { ...WHOLE, goal: 'Another' })).toBe(false)
    expect(asksAnew(WHOLE, { ...WHOLE, minutes: '30' })).toBe(true)
  })
})

it('sends no empty id', () => {
  const form = filledForm({ ...WHOLE, templateId: '' }, { requestId: 'R-1234', rev: 2 })
  expect([form.has('templateId'), form.has('filedFrom'), form.get('rev')]).toEqual([false, false, '2'])
})

it('sends the sub-agents with how deep, never the agent itself, and nothing of them where none is named', () => {
  const sent = (subAgentIds: string[]) => {
    const form = filledForm({ ...WHOLE, subAgentIds, subAgentDepth: '2' }, {})
    return [form.getAll('subAgentIds[]'), form.get('subAgentDepth')]
  }
  expect(sent(['A-5678', WHOLE.agentId])).toEqual([['A-5678'], '2'])
  expect(sent([])).toEqual([[], null])
  expect(sent([WHOLE.agentId])).toEqual([[], null])
})

it('ticks and unticks', () => {
  expect(toggled(toggled(['a'], 'b'), 'a')).toEqual(['b'])
})
