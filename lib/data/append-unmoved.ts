import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { prepareEvents } from './append-events'
import { commitStatement, commitTogether } from './commit-batch'
import { tellCommitted } from './committed'
import type { CredentialToStore } from './issue-writes'
import type { GroundsRev } from './kept-unmoved'
import type { Presented } from './once'

/** What is decided already, to be written if nothing that it was decided on has changed since. */
export type Unmoved = {
  /** The grounds it was decided on. */
  groundsRev: GroundsRev
  /** When it would be decided otherwise because time has passed. */
  until: Date
  /** What is spent with it. Absent when it was spent before, or where nothing is. */
  proof?: Presented
  decisions: readonly object[]
  credential?: CredentialToStore
  act: Act
  event: TrailEvent
}

/**
 * `written`: committed, with its event. `replayed`: its proof had been spent before. `moved`: the grounds are others now;
 * its proof is spent. `stale`: the same, and nothing was sent.
 */
export type UnmovedAnswer = 'written' | 'replayed' | 'moved' | 'stale'

const APPEND = `select stored, is_written as "isWritten" from append_unmoved($1::uuid, $2::timestamptz, $3::text[],
  $4::timestamptz[], $5::text[], $6::text[], $7::json, $8::json, $9::json, $10::text[], $11::text[], $12::text[],
  $13::json)`

const Answer = z.object({ stored: z.string().array().nullable(), isWritten: z.boolean() })

const namesOf = (ids: readonly (string | null | undefined)[]) => [...new Set(ids.filter((id) => id != null))]

function statementOf(asks: readonly Unmoved[], groundsRev: GroundsRev): unknown[] {
  const proofs = asks.flatMap(({ proof }) => proof ?? [])
  const credentials = asks.flatMap(({ credential }) => credential ?? [])
  const [, events, before, between, behind, texts] = prepareEvents(asks)
  return [
    groundsRev,
    new Date(Math.min(...asks.map(({ until }) => until.getTime()))),
    proofs.map(({ key }) => key),
    proofs.map(({ until }) => until),
    namesOf(asks.map(({ event }) => event.requestId)),
    namesOf(credentials.map(({ grantId }) => grantId)),
    JSON.stringify(asks.flatMap(({ decisions }) => decisions)),
    credentials.length > 0 ? JSON.stringify(credentials) : null,
    ...[events, before, between, behind, texts],
  ]
}

/** All of the same grounds. Where one proof had been spent before, the others are written without theirs. */
async function append(asks: readonly Unmoved[], groundsRev: GroundsRev): Promise<UnmovedAnswer[]> {
  const [row] = await commitStatement(APPEND, statementOf(asks, groundsRev))
  const { stored, isWritten } = Answer.parse(row)
  if (isWritten) {
    tellCommitted({ acts: asks.length, events: asks.map(({ event }) => event) })
    return asks.map(() => 'written')
  }
  const first = new Set(stored)
  const isReplayed = asks.map(({ proof }) => proof !== undefined && !first.delete(proof.key))
  if (!isReplayed.includes(true)) return asks.map(() => 'moved')
  const others = asks.filter((_, at) => !isReplayed[at]).map(({ proof: _, ...spent }) => spent)
  const answers = others.length > 0 ? await append(others, groundsRev) : []
  return isReplayed.map((replayed) => (replayed ? 'replayed' : (answers.shift() ?? 'moved')))
}

/** Whoever came last has most likely read the grounds as they are. Who has read others decides anew. */
async function appendNewest(asks: readonly Unmoved[]): Promise<UnmovedAnswer[]> {
  const newest = asks.at(-1)?.groundsRev ?? ''
  const answers = await append(
    asks.filter(({ groundsRev }) => groundsRev === newest),
    newest,
  )
  return asks.map(({ groundsRev }) => (groundsRev === newest ? (answers.shift() ?? 'moved') : 'stale'))
}

/**
 * Writes decisions, credentials and events of all in flight, one statement and one transaction for up to 64 of them
 * (`append_unmoved` in the database): while the log's head is held, nothing that they were decided on can change, and
 * whether it has is one number. One is under way at a time: a second would wait for the head that the first holds.
 */
export const appendUnmoved = commitTogether(appendNewest, { limit: 64 })
