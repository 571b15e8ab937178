import { type Actor, may } from '@/lib/domain/access'
import { countedApprovals, quorumOf, type Votable } from '@/lib/domain/approval'
import type { RequestId } from '@/lib/domain/ids'
import type { Place } from '@/lib/domain/inbox'
import { type Place as SigningPlace, stageToSign } from '@/lib/domain/place'
import { type RequestRecord, termsOf, votableOf } from '@/lib/domain/request-record'
import { highestSensitivity } from '@/lib/domain/scope'
import { termsLeft } from '@/lib/domain/signed-terms'
import type { Terms } from '@/lib/domain/terms'
import { listRequests, listVotingFacts } from './requests'
import { listStandings, type Represented } from './standings'
import { seenBy } from './visible-requests'
import { listVotingTerms } from './voting-terms'
import { listPlaces, type PageOfPlaces } from './waiting'

/** Where somebody would sign a request from, in whose places they may, and how many of how many have signed there. */
type Signable = {
  place: SigningPlace
  signers: { id: string; name: string }[]
  counted: number
  quorum: number
}

/** What signing gives is what earlier signatures left. */
export type Decidable = Signable & { request: RequestRecord; left: Terms }

type Open = Signable & { id: RequestId; votable: Votable }

type Signer = { actor: Actor; standings: readonly Represented[]; now: Date }

// For themselves, or else for the first person they stand for in it.
function signableOf({ actor, standings, now }: Signer, votable: Votable): Signable | null {
  const ways = [null, ...standings].flatMap((standing) => {
    const place = stageToSign(actor, votable, now, standing)
    const signer = { id: standing?.personId ?? '', name: standing?.name ?? actor.name }
    return 'stage' in place ? [{ place, signer }] : []
  })
  const [first] = ways
  return (
    (first && {
      place: first.place,
      signers: ways.map(({ signer }) => signer),
      counted: countedApprovals(first.place.stage, votable).length,
      quorum: quorumOf(first.place.stage, votable),
    }) ??
    null
  )
}

/** Of these requests, those this person could sign now. The domain alone says which. */
async function openOf(actor: Actor, now: Date, ids: readonly string[]): Promise<Open[]> {
  const [requests, standings] = await Promise.all([listVotingTerms(ids), listStandings(actor.personId, now)])
  const facts = await listVotingFacts(requests)
  return requests.flatMap((request, index): Open[] => {
    const of = facts[index]
    if (!of) return []
    const votable = votableOf(request, of, now)
    const signable = signableOf({ actor, standings, now }, votable)
    return signable ? [{ id: request.id, votable, ...signable }] : []
  })
}

const signedFrom = ({ stage, escalatedTo }: SigningPlace) => escalatedTo ?? stage.name

// Mostly one look is enough. Where much waits for others first, the next looks go further.
const A_FURTHER_LOOK = 400

async function listOpen(actor: Actor, now: Date, page: PageOfPlaces): Promise<Open[]> {
  if (!may(actor, 'approval.decide') || actor.groups.length === 0) return []
  const found: Open[] = []
  let look = page.take
  let after = page.after ?? null
  for (;;) {
    const places = await listPlaces(actor, now, { ...page, after, take: look })
    if (places.length === 0) break
    const ids = places.map(({ id }) => id)
    const open = await openOf(actor, now, ids)
    found.push(...open.filter(({ place }) => !page.group || signedFrom(place) === page.group))
    if (places.length < look || found.length >= page.take) break
    after = places.at(-1) ?? null
    look = A_FURTHER_LOOK
  }
  return found.slice(0, page.take)
}

/** How many this person could sign now: `most` at most. */
export const countDecidable = async (actor: Actor, now: Date, most: number): Promise<number> =>
  (await listOpen(actor, now, { take: most })).length

/** What this person could sign now, `take` at most: riskiest first, then oldest. */
export async function listDecidable(actor: Actor, now: Date, page: PageOfPlaces): Promise<Decidable[]> {
  const open = await listOpen(actor, now, page)
  if (open.length === 0) return []
  const requests = await listRequests({ id: { in: open.map(({ id }) => id) } }, { take: open.length })
  const byId = new Map(requests.map((request) => [request.id, request]))
  return open.flatMap(({ id, votable, ...signable }): Decidable[] => {
    const known = byId.get(id)
    const request = known && seenBy(actor, known)
    return request ? [{ request, left: termsLeft(termsOf(request).asked, votable), ...signable }] : []
  })
}

export const placeOf = ({ scopes, filed, id }: RequestRecord): Place => ({
  risk: highestSensitivity(scopes),
  filed,
  id,
})

/** The one to decide after this one, in the same order; after the last comes the first. */
export async function findNextToDecide(
  actor: Actor,
  now: Date,
  decided: RequestRecord,
): Promise<RequestId | null> {
  const [later] = await listOpen(actor, now, { take: 1, after: placeOf(decided) })
  if (later) return later.id
  const first = await listOpen(actor, now, { take: 2 })
  return first.find(({ id }) => id !== decided.id)?.id ?? null
}
