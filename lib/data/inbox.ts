import { z } from 'zod'
import { type Actor, may } from '@/lib/domain/access'
import { visibleParts } from '@/lib/domain/clean-text'
import { differenceOf } from '@/lib/domain/difference'
import { RequestId } from '@/lib/domain/ids'
import {
  INBOX_ROWS,
  type Inbox,
  type InboxQuery,
  type InboxRow,
  placeFrom,
  placeText,
  riskOf,
} from '@/lib/domain/inbox'
import { lastVoteOf, meanwhileOf } from '@/lib/domain/meanwhile'
import type { RequestRecord } from '@/lib/domain/request-record'
import { resourceLabel } from '@/lib/domain/resource-label'
import { highestSensitivity, type Scope } from '@/lib/domain/scope'
import { listAgentPasts } from './agent-past'
import { database, pool } from './database'
import { type Decidable, listDecidable, placeOf } from './decidable'
import { listRequests } from './requests'
import { visibleTo } from './visible-requests'
import { listCrowds } from './waiting'

type Ask = { now: Date; query: InboxQuery; shown?: readonly RequestId[]; take?: number }

/** A page of what this person can decide, with what folds together and what became of the rows they still see. */
export async function readInbox(
  actor: Actor,
  { now, query, shown = [], take = INBOX_ROWS }: Ask,
): Promise<Inbox> {
  const narrowing = { risk: riskOf(query.risk), agent: query.agent, group: query.group }
  const looks = may(actor, 'approval.decide') && actor.groups.length > 0
  const crowds = query.agent || !looks ? [] : await listCrowds(actor, now, narrowing)
  const found = await listDecidable(actor, now, {
    ...narrowing,
    without: crowds.map(({ agentId }) => agentId),
    after: placeFrom(query.after),
    take: take + 1,
  })
  const page = found.slice(0, take)
  const last = page.at(-1)
  const missing = shown.filter((id) => !page.some(({ request }) => request.id === id))
  const [rows, gone] = await Promise.all([rowsOf(actor, page), goneOf(actor, now, missing)])
  return {
    now: now.getTime(),
    rows,
    crowds: crowds.map(({ agent, count, sensitivity }) => ({ agent, count, sensitivity })),
    gone,
    next: found.length > take && last ? placeText(placeOf(last.request)) : null,
  }
}

async function rowsOf(actor: Actor, page: readonly Decidable[]): Promise<InboxRow[]> {
  const ids = page.map(({ request }) => request.id)
  const [pasts, opened, groupNames] = await Promise.all([
    listAgentPasts(actor.tenantId, ids),
    listOpened(actor, ids),
    groupNamesOf(page),
  ])
  return page.map(({ request, left, place: { stage }, signers, counted, quorum }) => {
    const { environment } = request
    const { scopes, durationSeconds, uses, delegation } = left
    const { grants, known, last } = pasts.get(request.id) ?? { grants: 0, known: [], last: null }
    const asked = {
      scopeIds: scopes.map(({ id }) => id),
      seconds: durationSeconds,
      environment,
      uses,
      delegation,
    }
    const groupName = groupNames.get(`${stage.tenantId} ${stage.name}`) ?? stage.name
    return {
      id: request.id,
      version: request.version,
      agent: request.agent.slug,
      requester: request.requester.name,
      scopes: scopes.map(scopeOf),
      sensitivity: highestSensitivity(request.scopes),
      asked: { scopes: request.scopes.length, durationSeconds: request.durationSeconds },
      durationSeconds,
      uses,
      delegation,
      environment,
      filed: request.filed.getTime(),
      answerBy: request.answerBy.getTime(),
      stage: { name: stage.name, tenantId: stage.tenantId, groupName, quorum, counted },
      signers,
      lastVote: voteOf(request),
      difference: differenceOf(asked, { grants, known, last }),
      template:
        request.templateId && request.templateName
          ? { id: request.templateId, name: request.templateName }
          : null,
      words: wordsOf(request),
      isOpened: opened.has(`${request.id} ${request.version}`),
    }
  })
}

const scopeOf = (scope: Scope) => ({
  id: scope.id,
  action: scope.action,
  resource: resourceLabel(scope),
  server: scope.serverName,
  sensitivity: scope.sensitivity,
})

const wordsOf = ({ goal, justification, ticket }: RequestRecord) =>
  visibleParts([goal, justification, ticket && `Ticket ${ticket}`].filter(Boolean).join('\n\n'))

function voteOf({ approvals, version }: RequestRecord): InboxRow['lastVote'] {
  const vote = lastVoteOf(approvals, version)
  return vote && { by: vote.personName, verdict: vote.verdict, at: vote.signed.getTime() }
}

async function groupNamesOf(page: readonly Decidable[]): Promise<Map<string, string>> {
  if (page.length === 0) return new Map()
  const groups = await database().group.findMany({
    where: { OR: page.map(({ place: { stage } }) => ({ tenantId: stage.tenantId, slug: stage.name })) },
    select: { tenantId: true, slug: true, name: true },
  })
  return new Map(groups.map(({ tenantId, slug, name }) => [`${tenantId} ${slug}`, name]))
}

// What somebody was shown to approve is kept for as long as it may be signed: that they opened it needs no other note.
const OPENED = `select distinct request_id, preimage::jsonb -> 'request' ->> 'version' as version from signing_nonce
  where request_id = any($1) and person_id = $2 and expires > clock_timestamp()
    and preimage::jsonb ->> 'verdict' = 'approve'`

const OpenedRow = z.object({ request_id: RequestId, version: z.string() })

/** Which versions this person has opened to approve in the last 5 minutes: "R-7F3K 1". */
export async function listOpened(actor: Actor, ids: readonly RequestId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await pool().query(OPENED, [ids, actor.personId])
  return new Set(
    OpenedRow.array()
      .parse(rows)
      .map(({ request_id, version }) => `${request_id} ${version}`),
  )
}

/** What became of these, as far as this person may see them. */
async function goneOf(actor: Actor, now: Date, ids: readonly RequestId[]): Promise<Inbox['gone']> {
  if (ids.length === 0) return []
  const where = { AND: [{ id: { in: [...ids] } }, await visibleTo(actor)] }
  const requests = await listRequests(where, { take: ids.length })
  return requests.map((request) => ({
    id: request.id,
    meanwhile: meanwhileOf(request, actor.personId, now),
  }))
}
