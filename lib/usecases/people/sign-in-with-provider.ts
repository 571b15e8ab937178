import { databaseNow } from '@/lib/data/clock'
import { commit, type Tx } from '@/lib/data/commit'
import { listGroups } from '@/lib/data/groups'
import { findSeating } from '@/lib/data/nesting'
import { newId } from '@/lib/data/new-id'
import { findOpenThings } from '@/lib/data/open-things'
import { listAdministrators } from '@/lib/data/person-states'
import { findFirstTenant, findProvidedPerson, type KnownPerson } from '@/lib/data/provided-people'
import { endOpenThings } from '@/lib/data/write-offboarding'
import { holdAsRead } from '@/lib/data/write-people'
import {
  insertProvidedPerson,
  replaceProvidedPerson,
  replaceProvidedRights,
} from '@/lib/data/write-provided-people'
import { spendSetupRight } from '@/lib/data/write-setup-link'
import { insertSignIn } from '@/lib/data/write-sign-ins'
import type { Act } from '@/lib/domain/act'
import { type Administrators, isLastAdministrator } from '@/lib/domain/administrators'
import type { TrailEvent } from '@/lib/domain/events'
import { type GroupMap, mappedRights } from '@/lib/domain/group-map'
import type { PersonId, TenantId } from '@/lib/domain/ids'
import type { OpenThings, OpenVote } from '@/lib/domain/open-things'
import { endedEvents } from '@/lib/domain/people-events'
import type { ProvidedPerson } from '@/lib/domain/provider-claims'
import {
  isAnyChange,
  NOTHING_HELD,
  type RightsChange,
  rightsChange,
  rightsEvents,
  rolesAfter,
} from '@/lib/domain/provider-sign-in'
import type { RefusalCode } from '@/lib/domain/refusals'
import { done, type Result, refusal } from '@/lib/domain/result'
import type { SignInFrom } from '@/lib/domain/sign-in'
import { votesLost, without } from '@/lib/usecases/facts/lost-votes'
import { type Opening, prepareOpening, type SignedIn } from '@/lib/usecases/facts/opening'
import { findSetupRight } from '@/lib/usecases/facts/setup-right'

type Ask = {
  provided: ProvidedPerson
  groupMap: GroupMap
  from: SignInFrom
  /** What a browser that followed the first administrator's link holds. */
  setupRight?: string | undefined
}

type Facts = {
  tenantId: TenantId
  id: PersonId
  known: KnownPerson | null
  change: RightsChange
  /** Yes-votes on waiting requests that count no more with the seats that fall. */
  votes: readonly OpenVote[]
  /** What somebody has open here who holds no role any more. */
  leaves: OpenThings | null
  administrators: Administrators
  now: Date
  setupHash: string | null
}

/**
 * Signs in whoever the company's provider says this is. The first time adds the person. Each time the rights that the
 * provider gave follow the claim, in the transaction that opens the sign-in. Without any role nobody is signed in and
 * nobody is added, but what the provider has taken away is taken here too, and what the person has open ends with it.
 */
export async function signInWithProvider(ask: Ask): Promise<Result<SignedIn>> {
  const first = await attempt(ask)
  // Two tabs signed the same person in at once: the second finds what the first has written.
  return !first.ok && first.refusal.code === 'changed_meanwhile' ? attempt(ask) : first
}

async function attempt(ask: Ask): Promise<Result<SignedIn>> {
  const facts = await gather(ask)
  if (!facts)
    return refusal('unavailable', { says: 'This installation is not set up yet. Try again in a minute.' })
  if (facts.known?.disabled) return turnAway(ask, facts, 'sign_in_disabled')
  if (rolesAfter(facts.known?.held ?? NOTHING_HELD, facts.change).length === 0)
    return turnAway(ask, facts, 'sign_in_without_role')
  const { id, tenantId } = facts
  const opening = await prepareOpening({ id, name: ask.provided.name, tenantId }, 'oidc', ask.from)
  const outcome = done(opening.signedIn, ...personEvents(ask, facts), opening.event)
  return commit(opening.act, outcome, (tx) => write(tx, ask, facts, opening))
}

async function gather({ provided, groupMap, setupRight }: Ask): Promise<Facts | null> {
  const tenantId = await findFirstTenant()
  if (!tenantId) return null
  const [known, groups, setupHash, administrators, now] = await Promise.all([
    findProvidedPerson(provided.issuer, provided.subject, tenantId),
    listGroups(tenantId),
    findSetupRight(setupRight),
    listAdministrators(tenantId),
    databaseNow(),
  ])
  const wanted = {
    ...mappedRights(groupMap, provided.groups),
    firstAdministrator: setupHash !== null,
    isLastAdministrator: known !== null && isLastAdministrator(administrators, known.id),
  }
  const seats = groups.map((group) => ({ groupId: group.id, slug: group.slug }))
  const change = rightsChange(known?.held ?? NOTHING_HELD, wanted, seats)
  const votes =
    known && change.leave.length > 0 ? await votesLeft({ tenantId, id: known.id, now }, change) : []
  const isOut = known && !known.disabled && rolesAfter(known.held, change).length === 0
  const leaves = isOut ? await findOpenThings(known.id, now, tenantId) : null
  const id = known?.id ?? newId('PersonId')
  return { tenantId, id, known, change, votes, leaves, administrators, now, setupHash }
}

async function votesLeft(
  { tenantId, id, now }: Pick<Facts, 'tenantId' | 'id' | 'now'>,
  { leave }: RightsChange,
): Promise<OpenVote[]> {
  const seating = await findSeating(tenantId)
  const left = leave.map(({ groupId }) => groupId)
  return votesLost(tenantId, [seating, without(seating, id, left)], now)
}

function personEvents({ provided }: Ask, { tenantId, id, known, change, votes }: Facts): TrailEvent[] {
  const about = { outcome: 'done', tenantId, humanId: id } as const
  const added: TrailEvent = { type: 'person.added', ...about, data: { issuer: provided.issuer } }
  const renamed: TrailEvent = { type: 'person.renamed', ...about }
  return [
    ...(known ? [] : [added]),
    ...(known && known.name !== provided.name ? [renamed] : []),
    ...rightsEvents({ tenantId, humanId: id }, change, votes),
  ]
}

async function write(tx: Tx, { provided }: Ask, facts: Facts, { row }: Opening): Promise<void> {
  const { id, tenantId, known, change, administrators, setupHash } = facts
  if (change.take.includes('administrator')) await holdAsRead(tx, tenantId, administrators)
  if (setupHash) await spendSetupRight(tx, setupHash, row.started)
  const { issuer, subject, name } = provided
  const isChanged = isAnyChange(change) || known?.name !== name
  if (known) await replaceProvidedPerson(tx, known, { name, isChanged })
  else await insertProvidedPerson(tx, { id, issuer, subject, name }, row.started)
  await replaceProvidedRights(tx, { personId: id, tenantId }, change)
  await insertSignIn(tx, row)
}

/**
 * Nobody is signed in. Somebody who was here loses what the provider gave, and what they have open ends; nobody new is
 * kept.
 */
async function turnAway(ask: Ask, facts: Facts, code: RefusalCode): Promise<Result<SignedIn>> {
  const { known, change, votes, leaves, administrators, now, tenantId } = facts
  const of = known ? { humanId: known.id } : {}
  // Nobody is let in, so nobody acts: whom it is about stands in the events.
  const act: Act = { via: 'console', ...(ask.from.address ? { address: ask.from.address } : {}) }
  const lost = known && !known.disabled ? { ...change, give: [], join: [] } : null
  const events = [
    // What ends with the last role says so by itself.
    ...(known && lost ? rightsEvents({ tenantId, humanId: known.id }, lost, leaves ? [] : votes) : []),
    ...(known && leaves ? endedEvents(known.id, leaves, { tenantId, because: 'no_role_left' }) : []),
    { type: 'sign_in.refused', outcome: 'refused', tenantId, ...of, data: { method: 'oidc', because: code } },
  ] as const satisfies readonly TrailEvent[]
  const written = await commit(act, done(null, ...events), async (tx) => {
    if (!known || !lost) return
    if (lost.take.includes('administrator')) await holdAsRead(tx, tenantId, administrators)
    await replaceProvidedPerson(tx, known, { name: known.name, isChanged: isAnyChange(lost) })
    await replaceProvidedRights(tx, { personId: known.id, tenantId }, lost)
    if (leaves) await endOpenThings(tx, known.id, leaves, { by: known.id, now })
  })
  return written.ok ? refusal(code) : written
}
