import { findPolicySet, findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { BoundedMap } from '@/lib/domain/bounded-map'
import type { PolicySetVersion } from '@/lib/domain/ids'
import { type LoadedPolicySet, loadPolicySet } from '@/lib/policy/load'

const KEPT_SETS = 8
// A version never changes, so a loaded set may be kept; which one is in force is asked each time.
const loaded = new BoundedMap<PolicySetVersion, LoadedPolicySet>(KEPT_SETS)

/** Any stored set, ready to decide. Throws when it is not stored or does not load. */
export async function loadedPolicySet(version: PolicySetVersion): Promise<LoadedPolicySet> {
  const kept = loaded.get(version)
  if (kept) return kept
  const stored = await findPolicySet(version)
  if (!stored) throw new Error(`The policy set ${version} is not stored.`)
  const set = loadPolicySet(stored)
  if (set.version !== version)
    throw new Error(`The stored policy set ${version} is not what its version says.`)
  loaded.set(version, set)
  return set
}

/** The policy set in force. No set, no answer: the caller fails closed. */
export async function policyInForce(): Promise<LoadedPolicySet> {
  const version = await findPolicyVersionInForce()
  if (!version) throw new Error('No policy set is in force.')
  return loadedPolicySet(version)
}

/** Stages that take signatures with a passkey only, whatever they are asked about. */
export async function passkeyStages(): Promise<ReadonlySet<string>> {
  const version = await findPolicyVersionInForce()
  const set = version && (await loadedPolicySet(version))
  const demands = set ? [...set.entries.values()].flatMap(({ demand }) => demand ?? []) : []
  return new Set(demands.filter(({ passkey }) => passkey).map(({ name }) => name))
}
