import { BoundedMap } from '@/lib/domain/bounded-map'
import type { PolicySetVersion } from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import type { Scope } from '@/lib/domain/scope'
import type { ScopeAnswer } from './ask-policy'

const MINUTE_MS = 60_000
const MAX_KEPT = 16

/** Everything of the facts that policy and votes are asked with, but the time. */
const partsOf = (facts: IssueFacts) => {
  const { agent, requester, scopes, request, grant, votes, memberships } = facts
  const { sameAccount, grantedBy, hours, above } = facts
  return [agent, requester, scopes, request, grant, votes, memberships, sameAccount, grantedBy, hours, above]
}

export type AskedFor = {
  policyVersion: PolicySetVersion
  environment: string
  scopes: readonly Scope[]
  /** The votes that still count at this moment. */
  votes: IssueFacts['votes']
}

const counts = { asked: 0, kept: 0 }

/** How often policy's answer was wanted, and how often it had been given within the minute. */
export const countAnswers = () => ({ ...counts })

type Kept = { parts: readonly unknown[]; answers: BoundedMap<string, readonly ScopeAnswer[]> }
const kept = new WeakMap<IssueFacts['grant'], Kept>()

function answersFor(facts: IssueFacts): Kept['answers'] {
  const parts = partsOf(facts)
  const known = kept.get(facts.grant)
  if (known?.parts.every((part, at) => part === parts[at])) return known.answers
  const answers: Kept['answers'] = new BoundedMap(MAX_KEPT)
  kept.set(facts.grant, { parts, answers })
  return answers
}

/**
 * What policy answered to these very facts within this minute, or what it answers now. Exact: facts are the same objects
 * only while the database says the same (`findIssueFacts`), of the time policy is told no more than day, hour and whether
 * people work, and which votes have grown too old is part of the key. Nothing here outlives a change.
 */
export function answeredAtIssue(
  facts: IssueFacts,
  { policyVersion, environment, scopes, votes }: AskedFor,
  ask: () => readonly ScopeAnswer[],
): readonly ScopeAnswer[] {
  const answers = answersFor(facts)
  const minute = Math.floor(facts.now.getTime() / MINUTE_MS)
  const standing = votes.map((vote) => facts.votes.indexOf(vote))
  const key = JSON.stringify([policyVersion, environment, minute, scopes.map(({ id }) => id), standing])
  const known = answers.get(key)
  counts.asked += 1
  if (known) counts.kept += 1
  if (known) return known
  const fresh = ask()
  // An answer in doubt is asked for again.
  if (fresh.every(({ answer }) => answer.errors.length === 0)) answers.set(key, fresh)
  return fresh
}
