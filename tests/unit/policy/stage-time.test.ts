import { describe, expect, test } from 'vitest'
import { checkActivation } from '@/lib/policy/activation'
import { readAnnotations } from '@/lib/policy/annotations'
import { setOf } from './world'

const read = (more: Record<string, string>) =>
  readAnnotations({ id: 'a', says: 'A.', approval: 'security', ...more }, 'forbid')

describe('the time of a stage', () => {
  test('is read from its annotations', () => {
    const { demand, problems } = read({
      expires: '4h',
      escalate: 'managers',
      escalateAfter: '150m',
      cooldown: '2d',
    })
    expect(problems).toEqual([])
    expect(demand).toMatchObject({
      expiresSeconds: 14_400,
      escalate: { to: 'managers', afterSeconds: 9000 },
      cooldownSeconds: 172_800,
    })
  })

  test.each([
    [{ expires: '0h' }, '@expires'],
    [{ expires: '25h' }, '24 hours at most'],
    [{ expires: '4 h' }, '@expires'],
    [{ expires: '-4h' }, '@expires'],
    [{ expires: '99999m' }, '@expires'],
    [{ cooldown: '31d' }, '@cooldown'],
    [{ escalate: 'managers' }, 'belong together'],
    [{ escalateAfter: '1h' }, 'belong together'],
    [{ escalate: 'Managers!', escalateAfter: '1h' }, '@escalate names no group'],
    [{ escalate: 'security', escalateAfter: '1h' }, 'another group'],
    [{ escalate: 'managers', escalateAfter: '4h', expires: '4h' }, 'before @expires'],
    [{ escalate: 'managers', escalateAfter: '24h' }, 'before @expires'],
    [{ expire: '4h' }, '@expire is not an annotation'],
  ])('%j is a problem', (more, part) => {
    expect(read(more as Record<string, string>).problems.join(' ')).toContain(part)
  })

  test.each(['expires', 'escalate', 'escalateAfter', 'cooldown'])(
    '@%s means nothing without @approval',
    (name) => {
      const { problems } = readAnnotations({ id: 'a', says: 'A.', [name]: '1h' }, 'forbid')
      expect(problems.join(' ')).toContain('means nothing without @approval')
    },
  )
})

test('activation names groups that are unknown, empty or smaller than the quorum, escalation groups too', () => {
  const set = setOf(
    `@id("a") @says("A.") @approval("security") @quorum("3") @escalate("managers") @escalateAfter("1h")
     forbid (principal, action, resource) unless { context.approvals.contains("security") };`,
  )
  const problems = (...sizes: [string, number][]) => checkActivation(set, new Map(sizes))
  expect(problems(['security', 3], ['managers', 1])).toEqual([])
  expect(problems(['security', 2], ['managers', 1])).toEqual([
    'a: it takes 3 people, and the group "security" has 2.',
  ])
  expect(problems(['security', 3], ['managers', 0])).toEqual([
    'a: the group "managers" does not exist or has nobody in it.',
  ])
  expect(problems()).toHaveLength(2)
})
