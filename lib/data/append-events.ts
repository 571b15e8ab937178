import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { type EntryParts, entryParts, type SaltedText } from '@/lib/trail/entry'
import { seededNow } from './clock'
import { textArray } from './text-array'
import { wordsOf } from './words'

/** Runs SQL inside the transaction that is open: Prisma's or `pg`'s. */
export type RunSql = (sql: string, ...values: unknown[]) => Promise<readonly Record<string, unknown>[]>

/** For a connection that takes one statement at a time. After one that failed, no other is sent. */
export function inOrder(run: RunSql): RunSql {
  let before: Promise<unknown> = Promise.resolve()
  return (sql, ...values) => {
    const answer = before.then(() => run(sql, ...values))
    before = answer
    return answer
  }
}

export type ActedEvent = { act: Act; event: TrailEvent }

/** What `append_events` takes, made before the head is asked for. */
export type PreparedEvents = readonly [sql: string, ...values: unknown[]]

const APPEND = `select next_leaf::text
  from append_events($1::json, $2::text[], $3::text[], $4::text[], $5::json, $6::timestamptz)`

const saltTexts = (texts: TrailEvent['texts'] = {}): SaltedText[] =>
  Object.entries(texts).map(([name, text]) => ({ name, salt: randomBytes(16), text }))

function partsOf({ act, event }: ActedEvent, texts: readonly SaltedText[], isSeeded: boolean): EntryParts {
  // What is undefined is no member of an entry. All of them have their place before the event: to add to a copy of it costs
  // many times as much. Who acted is said here and nowhere in the event.
  const body: Record<string, unknown> = { by: act, seeded: undefined, ...event, texts: undefined }
  body.by = act
  body.seeded = isSeeded ? true : undefined
  return entryParts(body, texts)
}

function rowOf({ event }: ActedEvent) {
  const { words, lexemes } = wordsOf(event)
  return {
    type: event.type,
    outcome: event.outcome,
    tenant_id: event.tenantId ?? null,
    human_id: event.humanId ?? null,
    agent_id: event.agentId ?? null,
    request_id: event.requestId ?? null,
    grant_id: event.grantId ?? null,
    credential_id: event.credentialId ?? null,
    decision_ids: event.decisionIds ?? [],
    policy_ids: event.policyIds ?? [],
    words,
    lexemes,
  }
}

/** Everything of these events but their places. Throws on an event that no entry can be made of; sends nothing. */
export function prepareEvents(acted: readonly ActedEvent[]): PreparedEvents {
  const seeded = seededNow()
  const salted = acted.map(({ event }) => saltTexts(event.texts))
  const parts = acted.map((one, at) => partsOf(one, salted[at] ?? [], seeded !== null))
  const texts = salted.flatMap((list, event) =>
    list.map(({ name, salt, text }) => ({ event, name, salt: Buffer.from(salt).toString('hex'), text })),
  )
  return [
    APPEND,
    JSON.stringify(acted.map(rowOf)),
    textArray(parts.map(({ before }) => before)),
    textArray(parts.map(({ between }) => between)),
    textArray(parts.map(({ behind }) => behind)),
    texts.length > 0 ? JSON.stringify(texts) : null,
    seeded,
  ]
}

const APPEND_ACT = `select next_leaf::text, is_out
  from append_act($1::json, $2::text[], $3::text[], $4::text[], $5::json, $6::timestamptz, $7::text, $8::boolean)`

const ActAppended = z.object({ next_leaf: z.coerce.number(), is_out: z.boolean() })

/**
 * The last step of what somebody does: locks the head, gives each event its leaf, writes events and texts, moves the
 * head, and wakes whoever follows the trail, where there is a way to. Times are the database's, read under the lock.
 * All of it is one statement (`append_act` in the database), so that no process is waited for while the head is held.
 * Says where the first of them stands, and whether the person has been disabled: whoever disables somebody holds the head
 * until they have committed.
 */
export async function appendAct(
  run: RunSql,
  acted: readonly ActedEvent[],
  { who, wakes }: { who: string | null; wakes: boolean },
): Promise<{ isOut: boolean; firstLeaf: number }> {
  const [, ...values] = prepareEvents(acted)
  const [row] = await run(APPEND_ACT, ...values, who, wakes)
  const { next_leaf, is_out: isOut } = ActAppended.parse(row)
  return { isOut, firstLeaf: next_leaf - acted.length }
}
