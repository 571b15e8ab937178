import { expect, test } from 'vitest'
import { checkActivation } from '@/lib/policy/activation'
import { readAnnotations } from '@/lib/policy/annotations'
import { setOf } from './world'

const read = (more: Record<string, string>) => readAnnotations({ id: 'a', says: 'A.', ...more }, 'forbid')

test('@sameDevice("one-more") is a demand of its stage', () => {
  const { demand, problems } = read({ approval: 'security', sameDevice: 'one-more' })
  expect(problems).toEqual([])
  expect(demand).toMatchObject({ name: 'security', quorum: 1, sameDevice: 'one-more' })
  expect(read({ approval: 'security' }).demand).not.toHaveProperty('sameDevice')
})

test.each(['', 'one more', 'One-more', 'two-more', 'refused', '1'])(
  '@sameDevice("%s") is a problem',
  (value) => {
    const { demand, problems } = read({ approval: 'security', sameDevice: value })
    expect(problems).toEqual(['@sameDevice can only be "one-more".'])
    expect(demand).not.toHaveProperty('sameDevice')
  },
)

test('it means nothing without @approval', () => {
  expect(read({ sameDevice: 'one-more' }).problems).toEqual(['@sameDevice means nothing without @approval.'])
})

test('activation wants somebody in the group who could be the one more', () => {
  const set = setOf(
    `@id("a") @says("A.") @approval("security") @quorum("2") @sameDevice("one-more")
     forbid (principal, action, resource) unless { context.approvals.contains("security") };`,
  )
  expect(checkActivation(set, new Map([['security', 3]]))).toEqual([])
  expect(checkActivation(set, new Map([['security', 2]]))).toEqual([
    'a: @sameDevice asks for one more than 2, and the group "security" has 2.',
  ])
  expect(checkActivation(set, new Map([['security', 1]]))).toEqual([
    'a: it takes 2 people, and the group "security" has 1.',
  ])
})
