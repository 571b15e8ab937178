import { listAgents } from '@/lib/data/agents'
import { listPersonNames } from '@/lib/data/people'
import { searchTrail, type TrailPage } from '@/lib/data/trail-search'
import { summariseTrail } from '@/lib/data/trail-summary'
import type { Actor } from '@/lib/domain/access'
import { type Filter, readTrailParams, type TrailQuery } from '@/lib/domain/trail-query'
import type { TrailSummary } from '@/lib/domain/trail-record'

export type Search = Readonly<Record<string, string | string[] | undefined>>

/** Everything the list of the trail shows. */
export type TrailView = {
  query: TrailQuery
  problems: readonly string[]
  below: number | undefined
  page: TrailPage
  summary: TrailSummary
  agents: readonly string[]
  nameOf: (humanId: string) => string
  labelOf: (filter: Filter) => string
}

const ROWS = 50

export function leafOf(text: string | string[] | undefined): number | undefined {
  const leaf = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  return leaf
}

/** Reads the list an address asks for. An open entry that is further down begins the list. */
export async function readTrailView(actor: Actor, search: Search, selected?: number): Promise<TrailView> {
  const { query, problems } = readTrailParams(search)
  const below = leafOf(search.below)
  const [first, summary, agents, names] = await Promise.all([
    searchTrail(actor, query, { take: ROWS, below }),
    summariseTrail(actor, query),
    listAgents(actor.tenantId),
    listPersonNames(query.fields.human),
  ])
  const isOutside =
    selected !== undefined && below === undefined && !first.rows.some(({ leaf }) => leaf === selected)
  const page = isOutside ? await searchTrail(actor, query, { take: ROWS, below: selected + 1 }) : first
  const nameOf = (humanId: string) => names.get(humanId) ?? humanId
  return {
    query,
    problems,
    below,
    page,
    summary,
    agents: agents.map(({ slug }) => slug),
    nameOf,
    labelOf: ({ field, value }) => (field === 'human' ? nameOf(value) : value),
  }
}

/** The address that was asked for, to come back to after signing in. */
export function addressOf(path: string, search: Search): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search))
    for (const one of [value ?? []].flat()) params.append(name, one)
  return params.size > 0 ? `${path}?${params}` : path
}
