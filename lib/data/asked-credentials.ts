import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import { type AskedCredential, askedEvent, inactiveReason } from '@/lib/domain/asked'
import type { TrailEvent } from '@/lib/domain/events'
import {
  AgentId,
  CredentialId,
  DecisionId,
  GrantId,
  PersonId,
  RequestId,
  ResourceServerId,
  TenantId,
} from '@/lib/domain/ids'
import type { WireReason } from '@/lib/domain/wire-reasons'
import type { RunSql } from './append-events'
import { askTogether } from './ask-together'
import { askedAgain } from './asked-again'
import { type Answered, type BatchStep, groupCommit } from './commit-batch'
import { pool } from './database'
import { readInBatches } from './in-batches'
import { GROUNDS_REV, type GroundsRev, keptUnmoved } from './kept-unmoved'
import { firstUsesIn, isFirstUse, type Presented } from './once'
import { GrantStateRow } from './rows'

const Row = z
  .object({
    now: z.date(),
    groundsRev: z.string(),
    id: CredentialId,
    serverId: ResourceServerId,
    agentId: AgentId,
    revoked: z.date().nullable(),
    expires: z.date(),
    grantId: GrantId,
    requestId: RequestId,
    tenantId: TenantId,
    requesterId: PersonId,
    state: GrantStateRow,
    grantExpires: z.date(),
    isAgentSuspended: z.boolean(),
    isPersonDisabled: z.boolean(),
    isAboveStopped: z.boolean(),
    isServerSuspended: z.boolean(),
    hasRetiredScope: z.boolean(),
    decisionIds: DecisionId.array(),
  })
  .transform(({ now, groundsRev, grantId, requestId, tenantId, state, grantExpires, ...credential }) => ({
    ...{ now, groundsRev },
    credential: {
      ...credential,
      grant: { id: grantId, requestId, tenantId, state, expires: grantExpires },
    } satisfies AskedCredential,
  }))

const SELECT = `select clock_timestamp() as now, ${GROUNDS_REV}, c.id, c.server_id as "serverId", c.agent_id as "agentId", c.revoked,
  c.expires, c.decision_ids as "decisionIds", g.id as "grantId", g.request_id as "requestId", g.tenant_id as "tenantId", g.state,
  g.requester_id as "requesterId", g.expires as "grantExpires", a.suspended is not null as "isAgentSuspended",
  p.disabled is not null as "isPersonDisabled",
  exists (select 1 from child_grant k join permission_grant u on u.id = any(k.above) join agent b on b.id = u.agent_id
    where k.grant_id = g.id and (u.state <> 'live' or b.suspended is not null)) as "isAboveStopped", s.suspended is not null as "isServerSuspended",
  exists (select 1 from decision d join scope x on x.id = d.scope_id
    where d.id = any(c.decision_ids) and x.retired is not null) as "hasRetiredScope"
  from credential c join permission_grant g on g.id = c.grant_id join agent a on a.id = c.agent_id
  join person p on p.id = g.requester_id join resource_server s on s.id = c.server_id
  where c.id = any($1)`

// The grants are held while the answer is written, in order: a revocation comes before it or after it, never between.
const HOLD = `${SELECT} order by g.id for share of g`

/** A resource server's question about one credential of its own. */
export type CredentialQuestion = {
  act: Act
  id: string
  server: { id: ResourceServerId; identifier: string }
  /** What the server proved itself with, spent together with the answer. Null for a secret, which is not spent. */
  assertion: Presented | null
}

type TracedQuestion = CredentialQuestion & { repeats: number }
type TracedAnswer = { answer: CredentialAnswer; event: TrailEvent | null; reason: WireReason | null }

/** `replayed`: its assertion had been spent before. */
export type CredentialAnswer = 'active' | 'inactive' | 'replayed'

const step: BatchStep<TracedQuestion, TracedAnswer> = async (run: RunSql, asks) => {
  const [isFirst, rows] = await Promise.all([
    firstUsesIn(
      run,
      asks.flatMap(({ assertion }) => assertion ?? []),
    ),
    run(
      HOLD,
      asks.map(({ id }) => id),
    ),
  ])
  const known = new Map(rows.map((row) => Row.parse(row)).map((row) => [row.credential.id as string, row]))
  return asks.map(({ act, id, server, assertion, repeats }): Answered<TracedAnswer> => {
    const untraced = (answer: CredentialAnswer) => ({ answer, event: null, reason: null })
    if (assertion && !isFirst(assertion.key)) return { act, answer: untraced('replayed'), events: [] }
    const found = known.get(id)
    // What another server was given and what does not exist are the same to this one, and leave no trace.
    if (!found || found.credential.serverId !== server.id)
      return { act, answer: untraced('inactive'), events: [] }
    const reason = inactiveReason(found.credential, found.now)
    const event = askedEvent(found.credential, server.identifier, reason, repeats)
    return { act, answer: { answer: said(reason), event, reason }, events: [event] }
  })
}

const said = (reason: WireReason | null): CredentialAnswer => (reason === null ? 'active' : 'inactive')

const traceQuestion = groupCommit(step)

/** The proof of who asks, the answer and its trace are one transaction: no trace, no answer. */
async function trace(question: CredentialQuestion, key: string): Promise<CredentialAnswer> {
  const { repeats, giveBack } = askedAgain.take(key)
  try {
    const { answer, event, reason } = await traceQuestion({ ...question, repeats })
    if (event) askedAgain.traced(key, { ...event, data: { ...event.data, repeats: 0 } }, reason)
    else giveBack()
    return answer
  } catch (fault) {
    giveBack()
    throw fault
  }
}

const kept = keptUnmoved<AskedCredential>()

const readNow = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(SELECT, [ids])
  const found = new Map<string, AskedCredential>(
    rows
      .map((row) => Row.parse(row))
      .map(({ credential, groundsRev }) => [credential.id, kept.keep(credential.id, groundsRev, credential)]),
  )
  return (id: string) => found.get(id) ?? null
})

/** A credential as it is under these grounds, which were read after whoever asks for it came. */
export const findCredentialUnder = async (
  id: string,
  groundsRev: GroundsRev,
): Promise<AskedCredential | null> => kept.find(id, groundsRev) ?? readNow(id)

/**
 * Whether a credential is active now. The first question of a server about it, and each that is answered otherwise than
 * the last one traced, is answered in the transaction of its trace. The same again within a minute is answered from what
 * is so under grounds that were read after it was asked, so that no revocation committed before it is missed, and
 * counted: the next event says how often. What it is proven with is spent either way before the answer.
 */
export async function askCredential(
  question: CredentialQuestion,
  { now, groundsRev }: { now: Date; groundsRev: GroundsRev },
): Promise<CredentialAnswer> {
  const { id, server, assertion } = question
  const key = `${server.id} ${id}`
  if (!askedAgain.isFresh(key)) return trace(question, key)
  const [found, isFirst] = await Promise.all([
    findCredentialUnder(id, groundsRev),
    assertion === null || isFirstUse(assertion.key, assertion.until),
  ])
  if (!isFirst) return 'replayed'
  if (found?.serverId === server.id) {
    const reason = inactiveReason(found, now)
    if (askedAgain.count(key, reason)) return said(reason)
  }
  return trace({ ...question, assertion: null }, key)
}

/** A credential of an agent with the grant it was issued under. */
export async function findAgentCredential(agentId: AgentId, id: string): Promise<AskedCredential | null> {
  const { rows } = await pool().query(SELECT, [[id]])
  const found = rows.length === 0 ? null : Row.parse(rows[0]).credential
  return found?.agentId === agentId ? found : null
}
