import { openPlace, sealPlace } from '@/lib/credentials/search-page'
import { answerSearch, listGrantsHolding } from '@/lib/data/search-batch'
import { GRANT_SUBJECT, type Judged, type SearchedTask } from '@/lib/domain/evaluated'
import { type Found, questionAbout, resultOf, type Search } from '@/lib/domain/search'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { canonicalJson } from '@/lib/trail/canonical'
import { actOfAgent } from './authority'
import { type Asker, askerNow, coveredHere, judgeEvaluation } from './evaluation'
import { loadedPolicySet } from './policy-in-force'

/** Candidates in their order, behind one of them. */
type Candidates = (after: string, most: number) => Promise<readonly string[]>
type Field = { candidates: Candidates; task: SearchedTask | null }

const isResource = (type: string) => type.toLowerCase() === 'resource'

function among(names: Iterable<string>): Candidates {
  const sorted = [...new Set(names)].sort()
  return async (after, most) => sorted.filter((name) => name > after).slice(0, most)
}

const NOBODY = among([])

/** Live grants that hold the scope, in the order of their ids. Tokens are nobody's to be listed. */
function grantsFor({ server }: Asker, { asked: { subject, action, resource } }: Search): Candidates {
  if (subject.type.toLowerCase() !== GRANT_SUBJECT || !isResource(resource.type)) return NOBODY
  const scope = { serverId: server.id, action: action.name, resource: resource.id }
  return (after, most) => listGrantsHolding(scope, after, most)
}

/** What can be an answer at all: nothing else is judged, and of these only what policy allows is told. */
async function fieldOf(asker: Asker, search: Search): Promise<Field> {
  const { sought, asked } = search
  if (sought === 'subject') return { candidates: grantsFor(asker, search), task: null }
  const covered = await coveredHere(asker, asked)
  if (covered) {
    const { here, task } = covered
    if (!isResource(asked.resource.type)) return { candidates: NOBODY, task }
    const names =
      sought === 'action'
        ? here.filter(({ resource }) => resource === asked.resource.id).map(({ action }) => action)
        : here.filter(({ action }) => action === asked.action.name).map(({ resource }) => resource)
    return { candidates: among(names), task }
  }
  // Of types that are not stored here nobody knows which there are, but the schema says what can be done with them.
  const { policyVersion } = asker.known
  const open = sought === 'action' && policyVersion ? await loadedPolicySet(policyVersion) : null
  return { candidates: among(open?.actions.keys() ?? []), task: null }
}

const CHUNK = 50
const MOST_LOOKED = 200

type Looked = { passed: { name: string; judged: Judged }[]; looked: number; last: string; isMore: boolean }

/** Judges candidates until the page is full, at most so many in one call. */
async function look(asker: Asker, search: Search, candidates: Candidates, from: string) {
  const seen: Looked = { passed: [], looked: 0, last: from, isMore: true }
  while (seen.isMore && seen.looked < MOST_LOOKED && seen.passed.length < search.limit) {
    const names = await candidates(seen.last, CHUNK + 1)
    const chunk = names.slice(0, CHUNK)
    const ask = (name: string) => judgeEvaluation(asker, questionAbout(search, name))
    const judged = await Promise.all(chunk.map(ask))
    for (const [at, one] of judged.entries()) {
      const name = chunk[at] ?? ''
      if (!one.refusal) seen.passed.push({ name, judged: one })
      seen.looked += 1
      seen.last = name
      if (seen.passed.length === search.limit) break
    }
    seen.isMore = seen.last !== (names.at(-1) ?? seen.last)
  }
  return seen
}

const ATTEMPTS = 3

/** One page of a search. What policy was asked with may have changed meanwhile: then it is asked again. */
export async function findAllowed(asker: Asker, search: Search): Promise<WireResult<Found>> {
  const { call, known, server } = asker
  if (!known.policyVersion) throw new Error('No policy set is in force.')
  const { secret } = call.context
  const question = canonicalJson([server.id, search.sought, search.asked])
  let now = asker
  const from = search.token === null ? '' : openPlace(secret, search.token, question)
  if (from === null)
    return refuseProof('request_malformed', 'The page token is of another search. Leave page.token out.')
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { candidates, task } = await fieldOf(now, search)
    const { passed, looked, last, isMore } = await look(now, search, candidates, from)
    const judged = passed.map((one) => one.judged)
    const { trustRev } = now.known
    const answer = await answerSearch({
      act: actOfAgent(call),
      server,
      search,
      task,
      judged,
      trustRev,
      looked,
    })
    if (answer.kind === 'moved') {
      now = await askerNow(now)
      continue
    }
    const results = passed.filter((_, at) => answer.isAllowed[at]).map(({ name }) => resultOf(search, name))
    return granted({ results, page: { next_token: isMore ? sealPlace(secret, last, question) : '' } })
  }
  throw new Error('What policy is asked with kept changing.')
}
