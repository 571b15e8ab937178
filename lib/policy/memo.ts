import type { Answer } from '@/lib/domain/question'

const MAX_ENTRIES = 4_096

// Exact: the key holds the version of the set and the complete canonical input, so there is nothing else an
// answer could depend on. Refusals from doubt are never kept.
const known = new Map<string, Answer>()

/** The answer under this key, computed at most once while it is kept. */
export function remembered(key: string, compute: () => Answer): Answer {
  const found = known.get(key)
  if (found) {
    known.delete(key)
    known.set(key, found)
    return found
  }
  const answer = compute()
  if (answer.errors.length > 0) return answer
  const [oldest] = known.size >= MAX_ENTRIES ? known.keys() : []
  if (oldest !== undefined) known.delete(oldest)
  known.set(key, Object.freeze(answer))
  return answer
}
