import { ClientSecretTools } from '@/components/servers/client-secret'
import { AddScope, ChangeScope } from '@/components/servers/propose-scope'
import { ChangeServer } from '@/components/servers/propose-server'
import { RemoveServer, RetireScope } from '@/components/servers/retire'
import { TryToken } from '@/components/servers/try-token'
import { listAgents } from '@/lib/data/agents'
import { listAdministrators } from '@/lib/data/person-states'
import { listHolders } from '@/lib/data/server-holders'
import type { ServerRecord } from '@/lib/data/servers'
import type { Actor } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { OVERLAP_SECONDS, OVERLAPS, secretStateOf } from '@/lib/domain/client-secret'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'
import { keptWords } from '@/lib/domain/server-change'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { weighRetiring } from '@/lib/usecases/facts/server-impact'
import { pageNow } from '@/lib/web/session'
import { endServerSecretAction, proposeServerAction, tryTokenAction } from './actions'

export type Changing = Awaited<ReturnType<typeof changing>>

/** What an administrator's buttons need to know. */
export async function changing(actor: Actor) {
  const { tenantId, personId } = actor
  const now = await pageNow()
  const [administrators, held, agents, set, retiring] = await Promise.all([
    listAdministrators(tenantId),
    listHolders(tenantId, now),
    listAgents(tenantId),
    policyInForce(),
    weighRetiring(actor, now),
  ])
  const actions = [...set.actions].flatMap(([name, { isOfAgents }]) => (isOfAgents ? [name] : []))
  return {
    proposing: { action: proposeServerAction, isAlone: isAlone(administrators, personId, now) },
    ...{ held, agents, retiring, actions: actions.sort() },
  }
}

const OVERLAP_CHOICES = Object.entries(OVERLAPS).map(([seconds, words]) => ({
  seconds: Number(seconds),
  words,
}))

type Props = { server: ServerRecord; now: Date; change: Changing }

export function ServerTools({ server, now, change: { proposing, held, agents, actions, retiring } }: Props) {
  const { id, name, identifier, scopes, asksOnline, check } = server
  const checks = asksOnline ? 'asking' : check
  const kept = keptWords('server.set', held.get(id))
  const secret = secretStateOf(server.secrets, now)
  const hasSecret = secret !== null
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
      <ChangeServer {...proposing} server={{ id, name, checks, kept, hasSecret }} />
      <ClientSecretTools
        {...proposing}
        server={{
          id,
          name,
          hasKey: server.clientJwk !== null,
          hasSecret,
          hasOldSecret: Boolean(secret?.old),
        }}
        endAction={endServerSecretAction}
        overlaps={OVERLAP_CHOICES}
        usual={OVERLAP_SECONDS}
      />
      <AddScope {...proposing} server={{ id, name, identifier }} actions={actions} />
      <RemoveServer {...proposing} server={{ id, name }} words={retiring(server, null)} />
    </>
  )
}

type ScopeProps = { server: Omit<ServerRecord, 'clientJwk' | 'secrets'>; change: Changing; scope: Scope }

export function ScopeTool({ scope, server, change: { proposing, held, retiring } }: ScopeProps) {
  const { id, serverId, action, sensitivity, dataDomain, maxSeconds } = scope
  const shown = { id, serverId, action, sensitivity, dataDomain, maxSeconds }
  return (
    <div className="row">
      <ChangeScope {...proposing} scope={shown} kept={keptWords('scope.set', held.get(id))} />
      <RetireScope {...proposing} scope={{ id, serverId, action }} words={retiring(server, id)} />
    </div>
  )
}
