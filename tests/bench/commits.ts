import { randomUUID } from 'node:crypto'
import { commit } from '@/lib/data/commit'
import { type BatchStep, groupCommit } from '@/lib/data/commit-batch'
import { pool } from '@/lib/data/database'
import type { TrailEvent } from '@/lib/domain/events'
import { done } from '@/lib/domain/result'
import { type Line, type Measured, median, perSecond, spreadOf, times } from './figures'
import type { Stage } from './stage'

const WRITERS = [1, 8, 32] as const
const ROUNDS = 3
const ROUND_MS = 700

const ACT = { via: 'setup' } as const
const event = (): TrailEvent => ({ type: 'key.created', outcome: 'done', data: { kid: randomUUID() } })

const INSERT = 'insert into bench_commit select unnest($1::text[])'

const step: BatchStep<string, null> = async (run, ids) => {
  await run(INSERT, ids)
  return ids.map(() => ({ answer: null, act: ACT, events: [event()] }))
}

const KINDS = {
  plain: {
    what: 'single-row inserts, no trail',
    write: async () => void (await pool().query(INSERT, [[randomUUID()]])),
  },
  batch: {
    what: 'hot path, one row and one entry each, with the head',
    write: (
      (put) => async () =>
        void (await put(randomUUID()))
    )(groupCommit(step)),
  },
  act: {
    what: 'what people do, one row and one entry each, with the head',
    write: async () => {
      const written = await commit(ACT, done(null, event()), async (tx) => {
        await tx.$executeRawUnsafe(INSERT, [randomUUID()])
      })
      if (!written.ok) throw new Error('A commit was refused.')
    },
  },
} as const
type Kind = keyof typeof KINDS

/** Commits of so many writers for a while, each the next when its last has landed. Returns how many a second. */
async function rateOf(writers: number, write: () => Promise<void>): Promise<number> {
  const began = performance.now()
  let written = 0
  const work = async () => {
    while (performance.now() - began < ROUND_MS) {
      await write()
      written += 1
    }
  }
  const before = await stored()
  await Promise.all(Array.from({ length: writers }, work))
  const took = performance.now() - began
  const after = await stored()
  if (after.rows - before.rows !== written) throw new Error('Rows were acknowledged that are not there.')
  if (!after.isDense) throw new Error('The leaf indexes have a gap.')
  return (written / took) * 1000
}

async function stored(): Promise<{ rows: number; isDense: boolean }> {
  const { rows } = await pool().query<{ rows: number; dense: boolean }>(
    `select (select count(*)::int from bench_commit) as rows,
       (select next_leaf = (select count(*) from trail_event) from trail_head) as dense`,
  )
  return { rows: rows[0]?.rows ?? 0, isDense: rows[0]?.dense === true }
}

/** Commit throughput with the trail's head, and plain inserts beside it, in turn. */
export async function measureCommits({ served }: Stage): Promise<Measured> {
  await pool().query('create table bench_commit (id text primary key)')
  const kinds = Object.keys(KINDS) as Kind[]
  const lines: Line[] = []
  for (const writers of WRITERS) {
    const rates: Record<Kind, number[]> = { plain: [], batch: [], act: [] }
    for (let round = 0; round < ROUNDS; round += 1)
      for (const kind of kinds) rates[kind].push(await rateOf(writers, KINDS[kind].write))
    for (const kind of kinds) {
      const ratios = rates[kind].map((rate, round) => rate / (rates.plain[round] ?? Number.NaN))
      lines.push({
        what: `${writers} writer${writers === 1 ? '' : 's'}, ${KINDS[kind].what}`,
        figure: perSecond(median(rates[kind])),
        spread: spreadOf(rates[kind], perSecond),
        ...(kind === 'plain' ? {} : { ratio: `${times(median(ratios))} plain` }),
      })
    }
  }
  return {
    title: 'Commits',
    conditions: [
      `${served.database}. Writers in one process, at most 16 connections; ${ROUNDS} rounds of ${ROUND_MS / 1000} s in turn. Rows are counted after each round and the leaf indexes are dense.`,
    ],
    lines,
  }
}
