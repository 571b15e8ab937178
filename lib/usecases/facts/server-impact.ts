import { findAgent } from '@/lib/data/agents'
import { findScopes } from '@/lib/data/scopes'
import { listHolders } from '@/lib/data/server-holders'
import { listServers, type ServerRecord } from '@/lib/data/servers'
import { listTemplates, type TemplateRecord } from '@/lib/data/templates'
import { findWorkingHours } from '@/lib/data/working-hours'
import type { Actor } from '@/lib/domain/access'
import type { ScopeId } from '@/lib/domain/ids'
import type { RuleChange } from '@/lib/domain/rule-change'
import type { Scope } from '@/lib/domain/scope'
import {
  isServerChange,
  keptWords,
  type ServerChange,
  secretWords,
  verdictWords,
} from '@/lib/domain/server-change'
import { namedIn, type Retiring, retiringWords } from '@/lib/domain/server-retirement'
import { decide } from '@/lib/policy/decide'
import { summarise } from '@/lib/policy/explain'
import { questionsOf } from './ask-policy'
import { policyInForce } from './policy-in-force'

type ScopeSet = Extract<ServerChange, { kind: 'scope.set' }>

/** What a change of a resource server or a scope means for what is there, in words: asked of today's policy, promised to nobody. */
export async function serverImpact(actor: Actor, change: RuleChange, now: Date): Promise<string[]> {
  if (!isServerChange(change) || !('serverId' in change) || change.kind === 'scope.add') return []
  if (change.kind === 'scope.retire' || change.kind === 'server.remove')
    return retiringImpact(actor, change, now)
  if (change.kind === 'secret.make' || change.kind === 'secret.rotate') return [secretWords(change.kind)]
  const held = await listHolders(actor.tenantId, now)
  const of = change.kind === 'scope.set' ? change.scopeId : change.serverId
  const kept = keptWords(change.kind, held.get(of))
  return change.kind === 'scope.set' ? [kept, ...(await templateImpact(actor, change, now))] : [kept]
}

type Retire = Extract<ServerChange, { kind: 'scope.retire' | 'server.remove' }>

async function retiringImpact(actor: Actor, change: Retire, now: Date): Promise<string[]> {
  const [servers, weigh] = await Promise.all([listServers(actor.tenantId), weighRetiring(actor, now)])
  const server = servers.find(({ id }) => id === change.serverId)
  if (!server) return []
  return weigh(server, change.kind === 'scope.retire' ? change.scopeId : null)
}

type Retired = Pick<ServerRecord, 'id' | 'identifier'> & {
  scopes: readonly Pick<Scope, 'id' | 'action' | 'resource'>[]
}

/** Looks up once what names scopes and servers of a tenant; the answer says of any of them what its end would mean. */
export async function weighRetiring({ tenantId }: Pick<Actor, 'tenantId'>, now: Date) {
  const [templates, held, set] = await Promise.all([
    listTemplates(tenantId),
    listHolders(tenantId, now),
    policyInForce(),
  ])
  const policies = [...set.entries.values()].map(({ cedar }) => cedar)
  return (server: Retired, scopeId: ScopeId | null): string[] => {
    const scopes = server.scopes.filter(({ id }) => scopeId === null || id === scopeId)
    const names = scopes.flatMap(({ action, resource }) => [action, resource])
    const retiring: Retiring = {
      kind: scopeId === null ? 'server.remove' : 'scope.retire',
      names: scopeId === null ? [...names, server.identifier] : names,
      scopeIds: scopes.map(({ id }) => id),
    }
    const where = { templates, policies, held: held.get(scopeId ?? server.id) }
    return retiringWords(retiring, namedIn(retiring, where))
  }
}

async function templateImpact(actor: Actor, change: ScopeSet, now: Date): Promise<string[]> {
  const templates = await listTemplates(actor.tenantId)
  const touched = templates.filter(({ scopeIds }) => scopeIds.includes(change.scopeId))
  const words = await Promise.all(touched.map((template) => impactOn(actor, template, change, now)))
  return words.flatMap((one) => one ?? [])
}

async function impactOn(actor: Actor, template: TemplateRecord, change: ScopeSet, now: Date) {
  const { tenantId, personId: id } = actor
  const [agent, offered, set, hours] = await Promise.all([
    findAgent(tenantId, template.agentId),
    findScopes(template.scopeIds),
    policyInForce(),
    findWorkingHours(tenantId),
  ])
  if (!agent) return null
  const { goalCategory, durationSeconds, environment } = template
  const terms = {
    agent,
    goalCategory,
    durationSeconds,
    environment,
    approvedEnvironment: environment,
    hours,
    now,
  }
  const verdictOf = (scopes: readonly Scope[]) => {
    const questions = questionsOf({ ...terms, scopes, requester: { id, roles: ['requester'] } })
    return verdictWords(summarise(questions.map((one) => ({ scope: one.scope, answer: decide(set, one) }))))
  }
  const { sensitivity, dataDomain, maxSeconds } = change
  const anew = (scope: Scope) =>
    scope.id === change.scopeId ? { ...scope, sensitivity, dataDomain, maxSeconds } : scope
  const [before, after] = [verdictOf(offered), verdictOf(offered.map(anew))]
  return before === after
    ? `Template ${template.name}: ${after}, as before.`
    : `Template ${template.name}: ${before} now, ${after} then.`
}
