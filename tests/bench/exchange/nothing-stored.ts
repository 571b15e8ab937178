import type {
  IssueAnswer,
  IssueAsk,
  issueCredential as issue,
  recordRefusal as refuse,
  issueUnmoved as unmoved,
} from '@/lib/data/issue-batch'
import { lifetimeOf } from '@/lib/domain/credential'

// What stands in for `lib/data/issue-batch` where the benchmark asks what storing costs: every ask is answered at once.
// Nothing is locked, looked at again, stored or chained, so nothing but the benchmark's own process may ever run it.

function issued({ id, jkt, facts, decisions }: IssueAsk): IssueAnswer & { kind: 'issued' | 'moved' } {
  const lifetime = lifetimeOf(facts.now, facts.grant.expires)
  const scopes = decisions.map(({ scope }) => scope)
  return lifetime ? { kind: 'issued', credential: { id, jkt, scopes, ...lifetime } } : { kind: 'moved' }
}

export const issueCredential: typeof issue = async (ask) => issued(ask)
export const issueUnmoved: typeof unmoved = async (ask) => issued(ask)

export const recordRefusal: typeof refuse = async () => null
