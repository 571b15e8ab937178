import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { prepareEvents } from './append-events'
import { commitStatement, isOneAsks } from './commit-batch'
import { tellCommitted } from './committed'
import type { DecisionToStore } from './decisions'
import { inBatches } from './in-batches'
import type { CredentialToStore } from './issue-writes'
import type { GroundsRev } from './kept-unmoved'
import type { Presented } from './once'
import { listTakenBack } from './taken-back'
import { textArray } from './text-array'

/** What is decided already, to be written if nothing that it was decided on has changed since. */
export type Unmoved = {
  /** The grounds it was decided on. */
  groundsRev: GroundsRev
  /** When the first of the grants or credentials it stands on ends. */
  until: Date
  /** What is spent with it. Absent when it was spent before, or where nothing is. */
  proof?: Presented
  /** A credential that must not have been taken back. */
  shown?: string
  decisions: readonly DecisionToStore[]
  credential?: CredentialToStore
  act: Act
  event: TrailEvent
}

/**
 * `written`: committed, with its event. `replayed`: its proof had been spent before. `moved`: it has to be decided anew;
 * its proof is spent. `stale`: the same, and nothing was sent.
 */
export type UnmovedAnswer = 'written' | 'replayed' | 'moved' | 'stale'
type Settled = PromiseSettledResult<UnmovedAnswer>

const APPEND = `select stored, is_written as "isWritten" from append_unmoved($1::uuid, $2::timestamptz, $3::text[],
  $4::text[]::timestamptz[], $5::text[], $6::json, $7::text[], $8::json, $9::json, $10::text[], $11::text[], $12::text[], $13::json)`

const Answer = z.object({ stored: z.string().array().nullable(), isWritten: z.boolean() })

function statementOf(asks: readonly Unmoved[], groundsRev: GroundsRev): unknown[] {
  const proofs = asks.flatMap(({ proof }) => proof ?? [])
  const credentials = asks.flatMap(({ credential }) => credential ?? [])
  const decisions = asks.flatMap((ask) => ask.decisions)
  const [, events, before, between, behind, texts] = prepareEvents(asks)
  return [
    groundsRev,
    new Date(Math.min(...asks.map(({ until }) => until.getTime()))),
    textArray(proofs.map(({ key }) => key)),
    textArray(proofs.map(({ until }) => until.toISOString())),
    textArray([...new Set(asks.flatMap(({ shown }) => shown ?? []))]),
    JSON.stringify(decisions.map((row) => ({ ...row, input: undefined }))),
    textArray(decisions.map(({ input }) => input)),
    credentials.length > 0 ? JSON.stringify(credentials) : null,
    ...[events, before, between, behind, texts],
  ]
}

const answeredAll = (asks: readonly Unmoved[], value: UnmovedAnswer): Settled[] =>
  asks.map(() => ({ status: 'fulfilled', value }))

/** What each of these came to, put back where the others stand. */
function together<T>(
  all: readonly T[],
  isOne: (of: T) => boolean,
  these: readonly Settled[],
  other: Settled,
) {
  const left = [...these]
  return all.map((one) => (isOne(one) ? (left.shift() ?? other) : other))
}

/**
 * All of the same grounds. Where one proof had been spent before, or one credential was taken back, the others are written
 * without theirs; where one row cannot be, each is tried alone, since nothing of them was stored.
 */
async function append(asks: readonly Unmoved[], groundsRev: GroundsRev): Promise<Settled[]> {
  let row: unknown
  try {
    row = (await commitStatement(APPEND, statementOf(asks, groundsRev)))[0]
  } catch (reason) {
    if (asks.length === 1 || !isOneAsks(reason)) return asks.map(() => ({ status: 'rejected', reason }))
    const alone: Settled[] = []
    for (const ask of asks) alone.push(...(await append([ask], groundsRev)))
    return alone
  }
  const { stored, isWritten } = Answer.parse(row)
  if (isWritten) {
    tellCommitted({ acts: asks.length, events: asks.map(({ event }) => event) })
    return answeredAll(asks, 'written')
  }
  const first = new Set(stored)
  const replayed = new Set(asks.filter(({ proof }) => proof !== undefined && !first.delete(proof.key)))
  if (replayed.size > 0) return appendOthers(asks, groundsRev, { without: replayed, who: 'replayed' })
  const takenBack = asks.length > 1 ? await askersOfTakenBack(asks) : new Set<Unmoved>()
  return takenBack.size > 0
    ? appendOthers(asks, groundsRev, { without: takenBack, who: 'moved' })
    : answeredAll(asks, 'moved')
}

/** All but these, whose proofs are spent already. */
async function appendOthers(
  asks: readonly Unmoved[],
  groundsRev: GroundsRev,
  { without, who }: { without: ReadonlySet<Unmoved>; who: 'replayed' | 'moved' },
): Promise<Settled[]> {
  const others = asks.filter((ask) => !without.has(ask)).map(({ proof: _, ...ask }) => ask)
  const settled = others.length > 0 ? await append(others, groundsRev) : []
  return together(asks, (ask) => !without.has(ask), settled, { status: 'fulfilled', value: who })
}

/** Who shows a credential that was taken back keeps nobody else from being answered. */
async function askersOfTakenBack(asks: readonly Unmoved[]): Promise<ReadonlySet<Unmoved>> {
  const shown = asks.flatMap((ask) => ask.shown ?? [])
  const takenBack = shown.length > 0 ? await listTakenBack(shown) : new Set<string>()
  return new Set(asks.filter((ask) => ask.shown !== undefined && takenBack.has(ask.shown)))
}

/** The version that most have read. */
function commonest(asks: readonly Unmoved[]): GroundsRev {
  const counts = new Map<GroundsRev, number>()
  for (const { groundsRev } of asks) counts.set(groundsRev, (counts.get(groundsRev) ?? 0) + 1)
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])[0]
}

/** Whoever has read other grounds than most decides anew. */
async function appendCommonest(asks: readonly Unmoved[]): Promise<Settled[]> {
  const rev = commonest(asks)
  const isOfIt = ({ groundsRev }: Unmoved) => groundsRev === rev
  const settled = await append(asks.filter(isOfIt), rev)
  return together(asks, isOfIt, settled, { status: 'fulfilled', value: 'stale' })
}

/**
 * Writes decisions, credentials and events of all in flight, one statement and one transaction for up to 24 of them
 * (`append_unmoved` in the database): while the log's head is held, nothing that they were decided on can change, and
 * whether it has is one version. One is under way at a time: a second would wait for the head that the first holds.
 */
export const appendUnmoved = inBatches(appendCommonest, { limit: 24 })
