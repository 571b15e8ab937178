import { z } from 'zod'
import { type Evaluation, isObject, problemOf, readEvaluation } from './evaluation'

/** What a search leaves open and lists (AuthZEN 1.0 §8): the subjects, the resources or the actions of a question. */
export type Sought = 'subject' | 'resource' | 'action'

/** How many results a page holds: at most, and where nothing is said. */
export const MAX_RESULTS = 50

const token = z.string().max(8192).exactOptional()

// `next_token` is what drafts of the standard called the token of a request.
const Paged = z.object({
  page: z
    .object({ token, next_token: token, limit: z.int().min(1).exactOptional() })
    .default({})
    .transform(({ token, next_token, limit }) => ({
      token: token || next_token || null,
      limit: Math.min(limit ?? MAX_RESULTS, MAX_RESULTS),
    })),
})

/** A question with one part left open. In `asked` that part says nothing yet. */
export type Search = { sought: Sought; asked: Evaluation; token: string | null; limit: number }

export type ReadSearch = { ok: true; search: Search } | { ok: false; problem: string }

const OPEN = '?'

// The id of what is sought is ignored when it is sent (AuthZEN 1.0 §8), whatever it is.
function filled(sought: Sought, body: unknown): unknown {
  if (!isObject(body)) return body
  if (sought === 'action') return { ...body, action: { name: OPEN } }
  const part = body[sought]
  return isObject(part) ? { ...body, [sought]: { ...part, id: OPEN } } : body
}

/** Reads a search. Members not named here are ignored (AuthZEN 1.0 §5). */
export function readSearch(sought: Sought, body: unknown): ReadSearch {
  const read = readEvaluation(filled(sought, body))
  if (!read.ok) return read
  const paged = Paged.safeParse(body)
  return paged.success
    ? { ok: true, search: { sought, asked: read.evaluation, ...paged.data.page } }
    : { ok: false, problem: problemOf(paged.error) }
}

/** The question that a search comes to for one candidate: by name for an action, else by id. */
export function questionAbout({ sought, asked }: Search, candidate: string): Evaluation {
  if (sought === 'action') return { ...asked, action: { name: candidate } }
  return { ...asked, [sought]: { ...asked[sought], id: candidate } }
}

export type SearchResult = { name: string } | { type: string; id: string }

/** One result as it is told, in the spelling of the question. */
export const resultOf = ({ sought, asked }: Search, candidate: string): SearchResult =>
  sought === 'action' ? { name: candidate } : { type: asked[sought].type, id: candidate }

/** What a resource server is told (AuthZEN 1.0 §8). An empty `next_token`: there is nothing more. */
export type Found = { results: readonly SearchResult[]; page: { next_token: string } }
