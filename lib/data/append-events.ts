import { randomBytes } from 'node:crypto'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { headAfter, type SaltedText, type SealedEntry, sealEntry } from '@/lib/trail/entry'
import { seededNow } from './clock'
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

const LOCK_HEAD = `select next_leaf::text as next_leaf, encode(chain, 'hex') as chain, clock_timestamp() as at
  from trail_head where id = 1 for update`

const MOVE_HEAD = `update trail_head set next_leaf = $1::bigint, chain = decode($2, 'hex') where id = 1`

// Names are looked up when the event is written, so that people can search for them; the entry holds ids only.
const INSERT_EVENTS = `insert into trail_event (leaf, at, type, outcome, tenant_id, human_id, agent_id, request_id,
    grant_id, credential_id, decision_ids, policy_ids, entry, leaf_hash, chain, search)
  select e.leaf, e.at, e.type, e.outcome, e.tenant_id, e.human_id, e.agent_id, e.request_id, e.grant_id,
    e.credential_id, e.decision_ids, e.policy_ids, e.entry, decode(e.leaf_hash, 'hex'), decode(e.chain, 'hex'),
    to_tsvector('simple', concat_ws(' ', e.words, a.slug, p.name))
  from json_to_recordset($1::json) as e(leaf bigint, at timestamptz, type text, outcome text, tenant_id text,
    human_id text, agent_id text, request_id text, grant_id text, credential_id text, decision_ids text[],
    policy_ids text[], entry text, leaf_hash text, chain text, words text)
  left join agent a on a.id = e.agent_id
  left join person p on p.id = e.human_id`

const INSERT_TEXTS = `insert into trail_text (leaf, name, salt, text, search)
  select t.leaf, t.name, decode(t.salt, 'hex'), t.text, to_tsvector('simple', t.text)
  from json_to_recordset($1::json) as t(leaf bigint, name text, salt text, text text)`

const saltTexts = (texts: TrailEvent['texts'] = {}): SaltedText[] =>
  Object.entries(texts).map(([name, text]) => ({ name, salt: randomBytes(16), text }))

function bodyOf({ act, event }: ActedEvent, at: Date, isSeeded: boolean): Record<string, unknown> {
  const { texts: _, data, ...subject } = event
  return {
    ...subject,
    at: at.toISOString(),
    by: { ...act },
    ...(data ? { data } : {}),
    ...(isSeeded ? { seeded: true } : {}),
  }
}

function rowOf({ event }: ActedEvent, at: Date, sealed: SealedEntry) {
  return {
    leaf: sealed.leaf,
    at,
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
    entry: sealed.entry,
    leaf_hash: sealed.leafHash.toString('hex'),
    chain: sealed.chain.toString('hex'),
    words: wordsOf(event).join(' '),
  }
}

/**
 * The last step of every writing transaction: locks the head, gives each event its leaf, writes events and texts,
 * moves the head. Returns the next leaf. Times are the database's, read under the lock.
 */
export async function appendEvents(run: RunSql, acted: readonly ActedEvent[]): Promise<number | null> {
  if (acted.length === 0) return null
  const [locked] = await run(LOCK_HEAD)
  if (!locked) throw new Error('The trail has no head. The database was not migrated.')
  const seeded = seededNow()
  const at = seeded ?? new Date(String(locked.at instanceof Date ? locked.at.toISOString() : locked.at))
  let head = {
    nextLeaf: Number(locked.next_leaf),
    chain: new Uint8Array(Buffer.from(String(locked.chain), 'hex')),
  }
  const rows = []
  const texts = []
  for (const one of acted) {
    const salted = saltTexts(one.event.texts)
    const sealed = sealEntry(head, bodyOf(one, at, seeded !== null), salted)
    rows.push(rowOf(one, at, sealed))
    for (const { name, salt, text } of salted)
      texts.push({ leaf: sealed.leaf, name, salt: Buffer.from(salt).toString('hex'), text })
    head = { nextLeaf: headAfter(sealed).nextLeaf, chain: new Uint8Array(sealed.chain) }
  }
  await Promise.all([
    run(INSERT_EVENTS, JSON.stringify(rows)),
    texts.length > 0 ? run(INSERT_TEXTS, JSON.stringify(texts)) : null,
    run(MOVE_HEAD, String(head.nextLeaf), Buffer.from(head.chain).toString('hex')),
  ])
  return head.nextLeaf
}
