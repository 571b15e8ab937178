import type pg from 'pg'
import { sqlStateOf } from './availability'
import { isEmbedded } from './connection'
import { pool } from './database'
import { prepared } from './prepared'
import { sendTogether } from './send-together'

type Asked = {
  query: pg.QueryConfig
  resolve: (result: pg.QueryResult) => void
  reject: (reason: unknown) => void
}

let gathered: Asked[] = []

async function leave(): Promise<void> {
  const asked = gathered
  gathered = []
  try {
    const client = await pool().connect()
    sendTogether(client)
    const answers = await Promise.allSettled(asked.map((one) => answer(client, one)))
    client.release(answers.some((one) => one.status === 'rejected' && sqlStateOf(one.reason) === null))
  } catch (reason) {
    for (const { reject } of asked) reject(reason)
  }
}

async function answer(client: pg.PoolClient, { query, resolve, reject }: Asked): Promise<void> {
  try {
    resolve(await client.query(query))
  } catch (reason) {
    reject(reason)
    throw reason
  }
}

/**
 * A statement of the hot path that stands by itself. Those of one turn of the event loop leave in one write on one
 * connection, and none waits for another's answer: each crossing costs the machine more than most of them.
 */
export function askTogether(text: string, values: unknown[]): Promise<pg.QueryResult> {
  const query = prepared(text, values)
  // The embedded database answers one at a time in any case.
  if (isEmbedded()) return pool().query(query)
  return new Promise((resolve, reject) => {
    gathered.push({ query, resolve, reject })
    if (gathered.length === 1) process.nextTick(() => void leave())
  })
}
