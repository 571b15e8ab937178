import { type AgentRegistration, isAgentRegistration } from './agent-registration'
import type { JsonObject } from './json'
import type { RuleChange } from './rule-change'
import { isServerChange, type ServerChange } from './server-change'
import { isTemplateChange, type TemplateChange } from './template-change'
import { isTrustChange, type TrustChange } from './trust-change'

/** What the trail says of a change of agents, servers, templates, or of who is believed. Null for every other change. */
export function registeredData(change: RuleChange): JsonObject | null {
  if (isTrustChange(change)) return trustData(change)
  if (isServerChange(change)) return serverData(change)
  if (isAgentRegistration(change)) return registrationData(change)
  return isTemplateChange(change) ? templateData(change) : null
}

/** Which key, workload, subject, issuer or trust domain it was. Public parts only. */
function trustData(change: TrustChange): JsonObject {
  if (change.kind === 'identity.key') return { key: change.jkt, environment: change.environment }
  if (change.kind === 'identity.spiffe') return { trustDomain: change.trustDomain, workload: change.workload }
  if (change.kind === 'identity.subject') return { issuerId: change.issuerId, subject: change.subject }
  if (change.kind === 'identity.conditions' || change.kind === 'identity.environment')
    return { identity: change.identityId }
  if (change.kind === 'identity.rotate') return { key: change.jkt, follows: change.identityId }
  return change.kind === 'issuer.put' ? { issuer: change.issuer } : { trustDomain: change.name }
}

/** Which server or scope it was. Before and after say how it is now. */
function serverData(change: ServerChange): JsonObject {
  if (change.kind === 'server.add') return { server: change.identifier, type: change.type }
  if (change.kind === 'server.set' || change.kind === 'server.remove') return { serverId: change.serverId }
  if (change.kind === 'secret.make') return { serverId: change.serverId }
  if (change.kind === 'secret.rotate') return { serverId: change.serverId, keepSeconds: change.keepSeconds }
  if (change.kind === 'scope.retire') return { serverId: change.serverId, scopeId: change.scopeId }
  const { serverId, sensitivity, dataDomain, maxSeconds } = change
  const which =
    change.kind === 'scope.add'
      ? { action: change.action, resource: change.resource }
      : { scopeId: change.scopeId }
  return { serverId, ...which, sensitivity, dataDomain, maxSeconds }
}

/** Whom it belongs to and where it may run, as the demo’s agents say it. */
const registrationData = (change: AgentRegistration): JsonObject => ({
  ...(change.kind === 'agent.add' ? { slug: change.slug } : {}),
  owners: change.owners,
  environments: change.environments,
})

/** Which template it was. Before and after say what it asks for. */
const templateData = (change: TemplateChange): JsonObject =>
  change.kind === 'template.add'
    ? { template: change.slug, templateId: change.templateId }
    : { templateId: change.templateId }
