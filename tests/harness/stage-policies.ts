import { fileURLToPath } from 'node:url'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import type { PolicySetText } from '@/lib/policy/load'

/** The default policies with this text in the place of those that ask for approvals. */
export function approvalPolicies(text: string): PolicySetText {
  const { schema, policies } = readDefaultPolicySet(fileURLToPath(new URL('../../policies', import.meta.url)))
  return {
    schema,
    policies: policies.map((file) => (file.name === '20-approvals.cedar' ? { ...file, text } : file)),
  }
}

/** A forbid on this action that a stage lifts. */
export const demandOn = (action: string, group: string, annotations = '') =>
  `@id("${action.replace(':', '-')}-${group}") @says("It needs ${group}.") @approval("${group}") ${annotations}
   forbid (principal, action == Action::"${action}", resource) unless { context.approvals.contains("${group}") };
`
