import { z } from 'zod'
import type { Act } from '@/lib/domain/act'
import { type AskedCredential, askedEvent, inactiveReason } from '@/lib/domain/asked'
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
import { appendUnmoved } from './append-unmoved'
import { askTogether } from './ask-together'
import { askedAgain } from './asked-again'
import { pool } from './database'
import { readInBatches } from './in-batches'
import { CREDENTIALS_REV, GROUNDS_REV, keptUnmoved, type Revs } from './kept-unmoved'
import { isFirstUse, type Presented } from './once'
import { GrantStateRow } from './rows'

const Row = z
  .object({
    now: z.date(),
    ...{ groundsRev: z.string(), credentialsRev: z.string() },
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
  .transform(
    ({
      now,
      groundsRev,
      credentialsRev,
      grantId,
      requestId,
      tenantId,
      state,
      grantExpires,
      ...credential
    }) => ({
      ...{ now, groundsRev, credentialsRev },
      credential: {
        ...credential,
        grant: { id: grantId, requestId, tenantId, state, expires: grantExpires },
      } satisfies AskedCredential,
    }),
  )

const SELECT = `select clock_timestamp() as now, ${GROUNDS_REV}, ${CREDENTIALS_REV}, c.id, c.server_id as "serverId", c.agent_id as "agentId", c.revoked,
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

/** A resource server's question about one credential of its own. */
export type CredentialQuestion = {
  act: Act
  id: string
  server: { id: ResourceServerId; identifier: string }
  /** What the server proved itself with, spent together with the answer. Null for a secret, which is not spent. */
  assertion: Presented | null
}

/** `replayed`: its assertion had been spent before. */
export type CredentialAnswer = 'active' | 'inactive' | 'replayed'
/** `moved` and `stale`: something has changed since who asks was proven, so it has to be asked anew. */
export type CredentialAnswerNow = CredentialAnswer | 'moved' | 'stale'

const said = (reason: WireReason | null): CredentialAnswer => (reason === null ? 'active' : 'inactive')

/** When and under which versions it is asked. */
export type AskedAt = { now: Date } & Pick<Revs, 'groundsRev' | 'credentialsRev'>

const kept = keptUnmoved<AskedCredential>()
const revOf = ({ groundsRev, credentialsRev }: Omit<AskedAt, 'now'>) => `${groundsRev} ${credentialsRev}`

const readNow = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(SELECT, [ids])
  const found = new Map<string, AskedCredential>(
    rows
      .map((row) => Row.parse(row))
      .map(({ credential, ...at }) => [credential.id, kept.keep(credential.id, revOf(at), credential)]),
  )
  return (id: string) => found.get(id) ?? null
})

/** A credential as it is under these versions, which were read after whoever asks for it came. */
const findUnder = async (id: string, at: AskedAt): Promise<AskedCredential | null> =>
  kept.find(id, revOf(at)) ?? readNow(id)

const NEVER = new Date(Date.UTC(9999, 0))

/** Until when it stays what it is: time ends the credential, or its grant. */
const endOf = ({ expires, grant }: AskedCredential, reason: WireReason | null): Date =>
  reason === null ? new Date(Math.min(expires.getTime(), grant.expires.getTime())) : NEVER

/** Answered with its trace and the proof of who asks, in one transaction: no trace, no answer. */
async function trace(
  { act, id, server, assertion }: CredentialQuestion,
  found: AskedCredential,
  at: AskedAt,
): Promise<CredentialAnswerNow> {
  const key = `${server.id} ${id}`
  const { repeats, giveBack } = askedAgain.take(key)
  const reason = inactiveReason(found, at.now)
  const event = askedEvent(found, server.identifier, reason, repeats)
  try {
    const answer = await appendUnmoved({
      ...{ groundsRev: at.groundsRev, until: endOf(found, reason), decisions: [], act, event },
      ...(reason === null ? { shown: id } : {}),
      ...(assertion ? { proof: assertion } : {}),
    })
    if (answer !== 'written') {
      giveBack()
      return answer
    }
    askedAgain.traced(key, { ...event, data: { ...event.data, repeats: 0 } }, reason)
    return said(reason)
  } catch (fault) {
    giveBack()
    throw fault
  }
}

/**
 * Whether a credential is active now. The first question of a server about it, and each that is answered otherwise than
 * the last one traced, is answered in the transaction of its trace. The same again within a minute is answered from what
 * is so under versions that were read after it was asked, so that no revocation committed before it is missed, and
 * counted: the next event says how often. What it is proven with is spent either way before the answer.
 */
export async function askCredential(question: CredentialQuestion, at: AskedAt): Promise<CredentialAnswerNow> {
  const { id, server, assertion } = question
  const key = `${server.id} ${id}`
  const isFresh = askedAgain.isFresh(key)
  const spending = () => assertion === null || isFirstUse(assertion.key, assertion.until)
  const [found, isFirst] = await Promise.all([findUnder(id, at), isFresh ? spending() : true])
  if (!isFirst) return 'replayed'
  // What another server was given and what does not exist are the same to this one, and leave no trace.
  if (found?.serverId !== server.id) return isFresh || (await spending()) ? 'inactive' : 'replayed'
  if (!isFresh) return trace(question, found, at)
  const reason = inactiveReason(found, at.now)
  if (askedAgain.count(key, reason)) return said(reason)
  const answer = await trace({ ...question, assertion: null }, found, at)
  return answer === 'stale' ? 'moved' : answer
}

/** A credential of an agent with the grant it was issued under. */
export async function findAgentCredential(agentId: AgentId, id: string): Promise<AskedCredential | null> {
  const { rows } = await pool().query(SELECT, [[id]])
  const found = rows.length === 0 ? null : Row.parse(rows[0]).credential
  return found?.agentId === agentId ? found : null
}
