import { type Actor, may } from '@/lib/domain/access'
import { EVENTS } from '@/lib/domain/events'
import type { TrailField, TrailQuery } from '@/lib/domain/trail-query'
import { lexemeOf } from './words'

/** Keeps the values of one statement and gives back their places. Nothing anybody typed becomes SQL. */
export function binder() {
  const values: unknown[] = []
  const bind = (value: unknown) => {
    values.push(value)
    return `$${values.length}`
  }
  return { values, bind }
}

export type Bind = (value: unknown) => string

// What concerns the installation and names no tenant's person, agent or request.
const OF_THE_INSTALLATION = [
  ...['policy.activated', 'key.created', 'key.rotated', 'key.ended'],
  ...['setup.link_made', 'setup.link_opened'],
]

/** `maySeeRequest` as a condition: whoever may see a request may see what happened to it, inside their tenant. */
function ofVisibleRequests(actor: Actor, tenant: string, bind: Bind): string {
  const me = bind(actor.personId)
  const ways = [
    `r.requester_id = ${me}`,
    `exists (select 1 from agent_owner o where o.agent_id = r.agent_id and o.person_id = ${me})`,
  ]
  if (may(actor, 'request.see_groups')) {
    // A group sees what may escalate to it from the beginning, as in the list of requests.
    const stages = actor.groups.flatMap(({ slug, tenantId }) => [
      JSON.stringify([{ name: slug, tenantId }]),
      JSON.stringify([{ tenantId, escalate: { to: slug } }]),
    ])
    ways.push(
      `r.stages @> any(${bind(stages)}::jsonb[])`,
      `exists (select 1 from approval v where v.request_id = r.id and v.person_id = ${me})`,
    )
  }
  // What an agent proposed and nobody confirmed is its human's alone.
  const others = `(r.proposed_under is null or r.decision_ids <> '{}' or r.requester_id = ${me})`
  return `e.tenant_id = ${tenant} and e.request_id in
    (select r.id from request r where r.tenant_id = ${tenant} and ${others} and (${ways.join(' or ')}))`
}

/** What of the trail this person may see. The tenant is always bound. */
export function visibleEntries(actor: Actor, bind: Bind): string {
  const tenant = bind(actor.tenantId)
  if (!may(actor, 'trail.see_all')) return `(${ofVisibleRequests(actor, tenant, bind)})`
  return `(e.tenant_id = ${tenant} or (e.tenant_id is null and e.type = any(${bind(OF_THE_INSTALLATION)}::text[])))`
}

type Term = (word: string) => string

// The grammar of a tsquery ends at the quotes: inside, only a quote and a backslash mean anything.
const wholeTerm: Term = (word) => `'${word.replace(/['\\]/g, '$&$&')}'`
const prefixTerm: Term = (word) => `${wholeTerm(word)}:*`

/** Any of these words: as one lexeme each, and taken apart as texts of several words are. */
function anyOf(words: readonly string[], term: Term, bind: Bind): string {
  const lexemes = words.map(lexemeOf).filter((lexeme) => lexeme !== '')
  return `(${bind(lexemes.map(term).join(' | '))}::tsquery || to_tsquery('simple', ${bind(words.map(term).join(' | '))}::text))`
}

function wordCondition(word: string, bind: Bind): string {
  const query = /\s/.test(word)
    ? `phraseto_tsquery('simple', ${bind(word)}::text)`
    : anyOf([word], prefixTerm, bind)
  const types = Object.keys(EVENTS).filter((type) => type.includes(word.toLowerCase()))
  return `(e.search @@ ${query} or e.type = any(${bind(types)}::text[])
    or exists (select 1 from trail_text x where x.leaf = e.leaf and x.search @@ ${query}))`
}

/** `event:grant` means every event of grants. */
const typesOf = (values: readonly string[]) => [
  ...values,
  ...Object.keys(EVENTS).filter((type) => values.some((value) => type.startsWith(`${value}.`))),
]

type Condition = (values: readonly string[], bind: Bind, actor: Actor) => string

const CONDITIONS: Readonly<Record<TrailField, Condition>> = {
  human: (values, bind) => `(e.human_id = any(${bind(values.map((value) => value.toUpperCase()))}::text[])
    or e.human_id in (select h.id from person h where lower(h.name) = any(${bind(values.map((value) => value.toLowerCase()))}::text[])))`,
  agent: (
    values,
    bind,
    { tenantId },
  ) => `e.agent_id in (select g.id from agent g where g.tenant_id = ${bind(tenantId)}
    and (g.id = any(${bind(values.map((value) => value.toUpperCase()))}::text[]) or g.slug = any(${bind(values.map((value) => value.toLowerCase()))}::text[])))`,
  // Ids stand among an event's words: found there, and compared whole. An index of their own would cost every issue.
  decision: (values, bind) => `(e.search @@ ${anyOf(values, wholeTerm, bind)}
    and e.decision_ids && ${bind(values)}::text[])`,
  request: (values, bind) => `e.request_id = any(${bind(values)}::text[])`,
  grant: (values, bind) => `e.grant_id = any(${bind(values)}::text[])`,
  outcome: (values, bind) => `e.outcome = any(${bind(values)}::text[])`,
  event: (values, bind) => `e.type = any(${bind(typesOf(values))}::text[])`,
  policy: (values, bind) => `e.policy_ids && ${bind(values)}::text[]`,
}

/** The condition of a search over `trail_event e`, rights first. */
export function matching(actor: Actor, { words, fields, after, before }: TrailQuery, bind: Bind): string {
  const conditions = [visibleEntries(actor, bind), ...words.map((word) => wordCondition(word, bind))]
  for (const [field, values] of Object.entries(fields) as [TrailField, readonly string[]][])
    if (values.length > 0) conditions.push(CONDITIONS[field](values, bind, actor))
  if (after) conditions.push(`e.at >= ${bind(after)}`)
  if (before) conditions.push(`e.at < ${bind(before)}`)
  return conditions.join('\n  and ')
}
