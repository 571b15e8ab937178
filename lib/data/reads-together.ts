import type pg from 'pg'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { sqlStateOf } from './availability'
import { frequentName } from './prepared'
import { sendTogether } from './send-together'

/** A question with its text, as this house and Prisma ask it of a pool. */
export type Question = pg.QueryConfig & { text: string }

type Asked = {
  question: Question
  resolve: (result: pg.QueryResult) => void
  reject: (reason: unknown) => void
}

// One connection answers in order: a crowd takes several, so that the server's other cores help.
const MOST_ON_ONE = 12

const READS = /^\s*(select|with)\b/i
// Words and functions that write, or wait for what somebody holds.
const HOLDS =
  /\b(insert|update|delete|merge|lock|for\s+(no\s+key\s+|key\s+)?(update|share)|nextval|pg_sleep|pg_notify|file_trail_words|append_events|append_act|append_unmoved|lock_grounds)\b/i
const MOST_KNOWN = 2000
const known = new BoundedMap<string, boolean>(MOST_KNOWN)

/** Whether a statement only reads: it waits for nobody's lock, so whatever stands behind it is not held up for long. */
export function onlyReads(text: string): boolean {
  const before = known.get(text)
  if (before !== undefined) return before
  const reads = READS.test(text) && !HOLDS.test(text)
  known.set(text, reads)
  return reads
}

async function answer(client: pg.PoolClient, { question, resolve, reject }: Asked): Promise<void> {
  try {
    const name = frequentName(question.text)
    resolve(await client.query(name ? { ...question, name } : question))
  } catch (reason) {
    reject(reason)
    throw reason
  }
}

async function ask(connect: () => Promise<pg.PoolClient>, asked: readonly Asked[]): Promise<void> {
  try {
    const client = await connect()
    sendTogether(client)
    const answers = await Promise.allSettled(asked.map((one) => answer(client, one)))
    client.release(answers.some((one) => one.status === 'rejected' && sqlStateOf(one.reason) === null))
  } catch (reason) {
    for (const { reject } of asked) reject(reason)
  }
}

/**
 * Reads of one turn of the event loop, whoever asks, leave in one write on one connection and come back in few: a page
 * asks about twenty, and each crossing of its own costs this process more than the statement costs the server.
 */
export function readsTogether(connect: () => Promise<pg.PoolClient>) {
  let gathered: Asked[] = []
  const leave = () => {
    const asked = gathered
    gathered = []
    for (let at = 0; at < asked.length; at += MOST_ON_ONE)
      void ask(connect, asked.slice(at, at + MOST_ON_ONE))
  }
  return (question: Question): Promise<pg.QueryResult> =>
    new Promise((resolve, reject) => {
      gathered.push({ question, resolve, reject })
      if (gathered.length === 1) setImmediate(leave)
    })
}
