import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor, Role } from '@/lib/domain/access'
import { RequestId } from '@/lib/domain/ids'
import { makeAgent, serveAuthority, type TestAgent } from './authority'
import { post } from './children'
import { freshDatabase } from './database'
import { buildWorld, grantTask, SERVERS, type TestWorld } from './world'

export const detail = (action: string, path: string, server: 'tickets' | 'vault' = 'tickets') => ({
  type: server === 'tickets' ? 'ticket' : 'secret',
  actions: [action],
  locations: [`${SERVERS[server]}${path}`],
})

export const READ = detail('ticket:read', '/t/4712')
export const ASK = {
  authorization_details: [READ],
  expires_in: 600,
  justification: 'The other ticket is the same case.',
}

const actorOf =
  (world: TestWorld) =>
  (who: keyof TestWorld['people'], ...roles: Role[]): Actor => ({
    ...{ personId: world.people[who], name: who, issuer: 'https://idp.example', subject: who },
    ...{ signInId: newId('SignInId'), signedInAt: new Date(), tenantId: world.tenantId, tenantName: 'Acme' },
    ...{ roles, groups: [] },
  })

/** An agent with a grant that proposes more to its human, and what the database and the trail say of it. */
export async function stepsWorld() {
  const db = await freshDatabase()
  const world = await buildWorld()
  const authority = await serveAuthority()
  const triage = await makeAgent(world, authority.issuer)
  const actor = actorOf(world)
  const propose = (grantId: string, ask: unknown = ASK, agent: TestAgent = triage) =>
    post(agent, authority.issuer, `/grants/${grantId}/steps`, ask)

  /** A grant of an agent of which nothing waits and nothing was counted. */
  async function fresh() {
    await pool().query(`update request set state = 'withdrawn', decided = now() - interval '2 days'
      where proposed_under is not null and decision_ids = '{}'`)
    await pool().query('delete from rate_count')
    return grantTask(world)
  }
  async function proposed(ask: unknown = ASK) {
    const { grantId } = await fresh()
    const said = await propose(grantId, ask)
    if (said.status !== 200) throw new Error(`It was refused: ${said.reason}`)
    return { grantId, requestId: RequestId.parse(said.id) }
  }
  const read = (requestId: RequestId) => database().request.findUniqueOrThrow({ where: { id: requestId } })
  async function eventsOf(requestId: RequestId) {
    const { rows } = await pool().query(
      'select type, human_id, agent_id, entry from trail_event where request_id = $1 order by leaf',
      [requestId],
    )
    return rows.map(({ type, human_id, agent_id, entry }) => ({
      ...{ type: String(type), human: human_id, agent: agent_id, data: JSON.parse(entry).data },
    }))
  }
  const unchanged = async (requestId: RequestId) => ({ requestId, rev: (await read(requestId)).rev })
  const requester = () => actor('requester', 'requester')
  const dispose = async () => {
    await authority.close()
    await db.dispose()
  }
  return {
    world,
    authority,
    triage,
    actor,
    requester,
    propose,
    fresh,
    proposed,
    read,
    eventsOf,
    unchanged,
    dispose,
  }
}
export type StepsWorld = Awaited<ReturnType<typeof stepsWorld>>
