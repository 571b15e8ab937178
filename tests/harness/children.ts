import * as oauth from 'oauth4webapi'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { AgentId, PersonId } from '@/lib/domain/ids'
import { INSECURE, introspect, makeAgent, serveAuthority, type TestAgent } from './authority'
import { freshDatabase } from './database'
import { makeAsker } from './evaluations'
import { buildWorld, SERVERS, type TestWorld, TRUST_DOMAIN } from './world'

export type ChildSaid = {
  status: number
  id: string
  request: string
  agent: string
  reason?: string
  policies?: string[]
  error_description?: string
  [member: string]: unknown
}

/** One more agent of the tenant. */
export async function addAgent(
  world: TestWorld,
  slug: string,
  more: { owners?: readonly PersonId[]; environments?: string[]; suspended?: Date } = {},
): Promise<AgentId> {
  const id = newId('AgentId')
  const { owners = [], environments = ['staging', 'production'], suspended = null } = more
  await database().agent.create({
    data: {
      ...{ id, slug, purpose: '', tenantId: world.tenantId, environments, suspended },
      owners: { create: owners.map((personId) => ({ personId })) },
      identities: {
        create: { id: newId('IdentityId'), trustDomain: TRUST_DOMAIN, workload: `agent/${slug}` },
      },
    },
  })
  return id
}

export const TICKETS = [{ resource: SERVERS.tickets }]

/** What an agent is told when it posts something to the authority with its own token. */
export async function post(
  { ownToken, dpop }: TestAgent,
  issuer: string,
  path: string,
  body: unknown,
): Promise<ChildSaid> {
  const headers = new Headers({ 'content-type': 'application/json' })
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const options = { ...INSECURE, DPoP: dpop }
  const url = new URL(`${issuer}${path}`)
  try {
    const response = await oauth.protectedResourceRequest(
      await ownToken(),
      'POST',
      url,
      headers,
      sent,
      options,
    )
    return { ...(await response.json()), status: response.status }
  } catch (error) {
    // The client throws for a 401 with a challenge, and holds what was said.
    if (error instanceof oauth.WWWAuthenticateChallengeError)
      return { ...(await error.response.json()), status: error.status }
    throw error
  }
}

/** Hands part of a grant on. */
export const handOn = (agent: TestAgent, issuer: string, grantId: string, ask: unknown) =>
  post(agent, issuer, `/grants/${grantId}/children`, ask)

export const spiffe = (slug: string, environment = 'staging') =>
  `spiffe://${TRUST_DOMAIN}/env/${environment}/agent/${slug}`
export const ASK = { agent: spiffe('stranger'), resources: TICKETS, expires_in: 600 }

export const claimsOf = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
export const leftOf = async (id: string) =>
  (await database().grant.findUniqueOrThrow({ where: { id } })).usesLeft
export const stateOf = async (id: string) =>
  (await database().grant.findUniqueOrThrow({ where: { id } })).state
export const tokenOf = async (agent: TestAgent, grantId: string) =>
  (await agent.exchange({ mandate: await agent.mandateOf(grantId), resource: SERVERS.tickets })).access_token

export async function eventsOf(grantId: string) {
  const { rows } = await pool().query(
    'select type, entry from trail_event where grant_id = $1 order by leaf',
    [grantId],
  )
  return rows.map(({ type, entry }) => ({ type: String(type), data: JSON.parse(entry).data }))
}

/** Two agents, of which the first has grants that it may hand on to the second. */
export async function childrenWorld() {
  const db = await freshDatabase()
  const world = await buildWorld()
  const authority = await serveAuthority()
  const { issuer } = authority
  const triage = await makeAgent(world, issuer)
  const stranger = await makeAgent(world, issuer, { agent: 'stranger' })
  const tickets = makeAsker(world, issuer, 'tickets')
  const open = (grantId: string, ask: unknown = ASK, agent = triage) => handOn(agent, issuer, grantId, ask)
  const isActive = async (token: string) =>
    (await introspect(world, issuer, { as: 'tickets', identifier: SERVERS.tickets, token })).active
  const dispose = async () => {
    await authority.close()
    await db.dispose()
  }
  return { db, world, issuer, triage, stranger, tickets, open, isActive, dispose }
}
export type ChildrenWorld = Awaited<ReturnType<typeof childrenWorld>>
