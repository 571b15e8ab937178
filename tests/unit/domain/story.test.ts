import { describe, expect, test } from 'vitest'
import type { EventOutcome, EventType } from '@/lib/domain/events'
import { STORY_STEPS, type StoryEvent, type StoryStepKey, tellStory } from '@/lib/domain/story'

let minute = 0
const event = (
  type: EventType,
  requestId: string | null = 'R-1',
  outcome: EventOutcome = 'done',
): StoryEvent => {
  minute += 1
  return {
    type,
    outcome,
    requestId,
    at: new Date(Date.UTC(2026, 10, 23, 14, minute)),
    humanName: 'Requester',
    persona: 'requester',
  }
}
const ticked = (events: readonly StoryEvent[]) =>
  tellStory(events).steps.flatMap(({ key, tick }) => (tick ? key : []))

const filed = (id = 'R-1') => event('request.filed', id, 'held')
const opened = (id = 'R-1') => event('grant.opened', id)
const ran = (id = 'R-1') => [
  event('mandate.issued', id),
  event('credential.issued', id, 'allowed'),
  event('credential.asked', id, 'allowed'),
  event('credential.refused', id, 'refused'),
]

describe('the story', () => {
  test('begins with the requester when nothing happened', () => {
    const { next, requestId, steps } = tellStory([])
    expect([next?.key, next?.persona, requestId]).toEqual(['file', 'requester', null])
    expect(steps.map(({ key }) => key)).toEqual(STORY_STEPS.map(({ key }) => key))
  })

  test('ticks one step after the other', () => {
    const told: StoryEvent[] = []
    const expected: [() => StoryEvent[], StoryStepKey | undefined][] = [
      [() => [filed()], 'countersign'],
      [() => [event('approval.signed')], 'countersign'],
      [() => [opened()], 'mandate'],
      [() => ran().slice(0, 1), 'agent'],
      [() => ran().slice(1, 2), 'agent'],
      [() => ran().slice(2, 3), 'refused'],
      [() => ran().slice(3), 'revoke'],
      [() => [event('grant.revoked', 'R-9')], 'find'],
      [() => [event('trail.exported', null)], undefined],
    ]
    for (const [happens, next] of expected) {
      told.push(...happens())
      expect(tellStory(told).next?.key).toBe(next)
    }
    expect(ticked(told)).toHaveLength(7)
  })

  test('passes over what others filed: the requester could not open it', () => {
    const others = filed('R-2')
    const { requestId } = tellStory([filed(), { ...others, persona: 'administrator' }])
    expect(requestId).toBe('R-1')
    expect(tellStory([{ ...others, persona: 'administrator' }]).next?.key).toBe('file')
  })

  test('names the one who countersigned, not the one whose grant opened', () => {
    const signed = { ...event('approval.signed'), humanName: 'Approver' }
    const { steps } = tellStory([filed(), signed, opened()])
    expect(steps.find(({ key }) => key === 'countersign')?.tick?.by).toBe('Approver')
  })

  test('a request that was allowed at once is not the story', () => {
    expect(ticked([event('request.filed', 'R-1', 'allowed'), opened(), ...ran()])).toEqual([])
  })

  test('a refused answer of a resource server is no work', () => {
    const asked = event('credential.asked', 'R-1', 'refused')
    const events = [filed(), opened(), event('credential.issued', 'R-1', 'allowed'), asked]
    expect(ticked(events)).toEqual(['file', 'countersign'])
  })

  test('events of another request tick nothing of this one', () => {
    expect(ticked([filed('R-1'), opened('R-2'), ...ran('R-2')])).toEqual(['file'])
  })

  test('is told with the request that came furthest, the newest of equals', () => {
    const further = [filed('R-1'), opened('R-1'), filed('R-2')]
    expect(tellStory(further).requestId).toBe('R-1')
    const equal = [filed('R-1'), filed('R-2')]
    expect(tellStory(equal).requestId).toBe('R-2')
  })

  test('names who did a step and when', () => {
    const [step] = tellStory([filed()]).steps
    expect(step?.tick).toEqual({ at: expect.any(Date), by: 'Requester' })
  })

  test('a step done early stays done, and the first open one is next', () => {
    const { next, steps } = tellStory([event('grant.revoked', 'R-9'), filed()])
    expect(next?.key).toBe('countersign')
    expect(steps.find(({ key }) => key === 'revoke')?.tick).not.toBeNull()
  })
})
