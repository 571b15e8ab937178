import type { Answer } from '@/lib/domain/question'
import { answerTo } from './decide'
import { readInput } from './input'
import type { LoadedPolicySet } from './load'

/**
 * Decides a stored input again, with the policy set of its version (DESIGN 5). Gives the same answer as on the
 * day, computed anew and checked against the set's own schema. An input that is not the canonical text of a question is refused with `errors`.
 */
export const replay = (set: LoadedPolicySet, storedInput: string): Answer =>
  answerTo(set, readInput(storedInput), 'checked')
