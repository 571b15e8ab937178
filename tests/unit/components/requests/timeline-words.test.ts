import { expect, it } from 'vitest'
import { type HappenedEvent, tellEvent } from '@/components/requests/timeline-words'
import { EVENTS, type EventType } from '@/lib/domain/events'

const event = (type: EventType, more: Partial<HappenedEvent> = {}): HappenedEvent => ({
  leaf: 1,
  at: new Date(0),
  type,
  outcome: 'done',
  humanName: 'Requester',
  agentSlug: 'refund-triage',
  policyIds: [],
  data: {},
  texts: {},
  ...more,
})

it('says who filed it and what policy held it for', () => {
  const stages = [
    { name: 'security', quorum: 2 },
    { name: 'data-owners', quorum: 1 },
  ]
  expect(tellEvent(event('request.filed', { outcome: 'held', data: { stages } }))).toEqual({
    tone: 'wait',
    says: 'Requester filed it. Policy held it: Security (2), then Data owners (1).',
  })
})

it('tells an agent that completed from a person that did', () => {
  expect(tellEvent(event('grant.completed')).says).toBe('Requester marked it completed')
  expect(tellEvent(event('grant.completed', { data: { by: 'agent' } })).says).toBe(
    'refund-triage marked it completed',
  )
  expect(tellEvent(event('mandate.issued', { data: { to: 'agent' } })).says).toBe(
    'refund-triage took a mandate',
  )
})

it('has a sentence for every event', () => {
  for (const type of Object.keys(EVENTS) as EventType[])
    expect(tellEvent(event(type)).says).toMatch(/^[A-Za-z]/)
})
