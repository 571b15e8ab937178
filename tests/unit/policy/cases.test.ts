import { describe, expect, test } from 'vitest'
import { readDefaultPolicySet, readPolicyCases } from '@/lib/ops/policies'
import { runCases, uncovered } from '@/lib/policy/cases'
import { loadPolicySet } from '@/lib/policy/load'

const set = loadPolicySet(readDefaultPolicySet('policies'))
const results = runCases(set, readPolicyCases('policies'))

describe('the default policy set', () => {
  test.each(results.map((result) => [`${result.policy}: ${result.name}`, result] as const))(
    '%s',
    (_, result) => {
      expect(result.difference).toBe('')
      expect(result.passed).toBe(true)
    },
  )

  test('every policy decides at least one case and stands aside in another', () => {
    expect(uncovered(set, results)).toEqual([])
    expect(new Set(results.map(({ policy }) => policy))).toEqual(new Set(set.entries.keys()))
  })

  test('a policy without cases, or with cases of one kind only, is uncovered', () => {
    const others = results.filter(({ policy }) => policy !== 'one-tenant')
    const [decides] = results.filter(
      ({ policy, answer }) => policy === 'one-tenant' && answer.verdict === 'refused',
    )
    expect(uncovered(set, others)).toEqual(['one-tenant'])
    expect(uncovered(set, decides ? [...others, decides] : others)).toEqual(['one-tenant'])
  })

  test('a changed policy fails its own cases', () => {
    const { schema, policies } = readDefaultPolicySet('policies')
    const weakened = policies.map(({ name, text }) => ({
      name,
      text: text.replaceAll('@quorum("2")', '@quorum("1")'),
    }))
    const failed = runCases(
      loadPolicySet({ schema, policies: weakened }),
      readPolicyCases('policies'),
    ).filter(({ passed }) => !passed)
    expect(failed.length).toBeGreaterThan(0)
    expect(failed[0]?.difference).toContain('"security":1')
  })
})
