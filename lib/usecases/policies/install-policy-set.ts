import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findPolicySet, findPolicyVersionInForce, insertPolicySet, putInForce } from '@/lib/data/policy-sets'
import type { Act } from '@/lib/domain/act'
import type { PolicySetVersion } from '@/lib/domain/ids'
import { done, type Result } from '@/lib/domain/result'
import { checkActivation, type GroupSizes } from '@/lib/policy/activation'
import { loadPolicySet, PolicySetRejected, type PolicySetText } from '@/lib/policy/load'

/** Stores a policy set as an immutable version and puts it in force. A set that does not check out never gets here. */
export async function installPolicySet(
  act: Act,
  text: PolicySetText,
  groups: GroupSizes,
): Promise<Result<{ version: PolicySetVersion }>> {
  const set = loadPolicySet(text)
  const problems = checkActivation(set, groups)
  if (problems.length > 0) throw new PolicySetRejected(problems)
  const [stored, before, now] = await Promise.all([
    findPolicySet(set.version),
    findPolicyVersionInForce(),
    databaseNow(),
  ])
  const outcome = done({ version: set.version }, {
    type: 'policy.activated',
    outcome: 'done',
    data: { version: set.version, before },
  } as const)
  return commit(act, outcome, async (tx) => {
    if (!stored)
      await insertPolicySet(tx, {
        version: set.version,
        schema: set.schema,
        policies: [...set.files],
        created: now,
      })
    await putInForce(tx, set.version, now)
  })
}
