import * as oauth from 'oauth4webapi'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { AgentId, PersonId } from '@/lib/domain/ids'
import { INSECURE, type TestAgent } from './authority'
import { SERVERS, type TestWorld, TRUST_DOMAIN } from './world'

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
