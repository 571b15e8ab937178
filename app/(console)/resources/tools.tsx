import { AddScope, ChangeScope } from '@/components/servers/propose-scope'
import { ChangeServer } from '@/components/servers/propose-server'
import { TryToken } from '@/components/servers/try-token'
import { listAgents } from '@/lib/data/agents'
import { listAdministrators } from '@/lib/data/person-states'
import { listHolders } from '@/lib/data/server-holders'
import type { ServerRecord } from '@/lib/data/servers'
import type { Actor } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'
import { keptWords } from '@/lib/domain/server-change'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { pageNow } from '@/lib/web/session'
import { proposeServerAction, tryTokenAction } from './actions'

export type Changing = Awaited<ReturnType<typeof changing>>

/** What an administrator's buttons need to know. */
export async function changing({ tenantId, personId }: Actor) {
  const now = await pageNow()
  const [administrators, held, agents, set] = await Promise.all([
    listAdministrators(tenantId),
    listHolders(tenantId, now),
    listAgents(tenantId),
    policyInForce(),
  ])
  const actions = [...set.actions].flatMap(([name, { isOfAgents }]) => (isOfAgents ? [name] : []))
  return {
    proposing: { action: proposeServerAction, isAlone: isAlone(administrators, personId, now) },
    ...{ held, agents, actions: actions.sort() },
  }
}

type Props = { server: Omit<ServerRecord, 'clientJwk'>; change: Changing }

export function ServerTools({ server, change: { proposing, held, agents, actions } }: Props) {
  const { id, name, identifier, scopes, asksOnline, check } = server
  const checks = asksOnline ? 'asking' : check
  const kept = keptWords('server.set', held.get(id))
  const environments = [...new Set(agents.flatMap((agent) => agent.environments))].sort()
  return (
    <>
      {scopes.length > 0 && agents.length > 0 ? (
        <TryToken
          server={{ id, name }}
          scopes={scopes.map((scope) => ({
            id: scope.id,
            action: scope.action,
            label: resourceLabel(scope),
          }))}
          agents={agents.map((agent) => ({ id: agent.id, slug: agent.slug }))}
          environments={environments}
          action={tryTokenAction}
        />
      ) : null}
      <ChangeServer {...proposing} server={{ id, name, checks, kept }} />
      <AddScope {...proposing} server={{ id, name, identifier }} actions={actions} />
    </>
  )
}

export function ScopeTool({ scope, change: { proposing, held } }: { scope: Scope; change: Changing }) {
  const { id, serverId, action, sensitivity, dataDomain, maxSeconds } = scope
  const shown = { id, serverId, action, sensitivity, dataDomain, maxSeconds }
  return <ChangeScope {...proposing} scope={shown} kept={keptWords('scope.set', held.get(id))} />
}
