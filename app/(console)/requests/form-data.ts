import type { FormChoices, ScopeChoice, ServerChoice } from '@/components/requests/form-draft'
import { type Draft, termsOf } from '@/components/requests/form-draft'
import type { PreviewAnswer } from '@/components/requests/preview-answer'
import { shortDuration } from '@/components/requests/words'
import { listAgents } from '@/lib/data/agents'
import { listScopes } from '@/lib/data/scopes'
import { listTemplates, type TemplateRecord } from '@/lib/data/templates'
import type { Actor } from '@/lib/domain/access'
import { resourceLabel } from '@/lib/domain/resource-label'
import { groupByServer, type Scope } from '@/lib/domain/scope'
import { PreviewRequest, previewRequest } from '@/lib/usecases/requests/preview-request'
import { formValues } from '@/lib/web/action'

const pathOf = (scope: Scope) =>
  scope.resource.startsWith(`${scope.serverIdentifier}/`)
    ? scope.resource.slice(scope.serverIdentifier.length)
    : resourceLabel(scope)

const scopeChoice = (scope: Scope): ScopeChoice => ({
  id: scope.id,
  action: scope.action,
  path: pathOf(scope),
  sensitivity: scope.sensitivity,
})

const serverChoices = (scopes: readonly Scope[]): ServerChoice[] =>
  groupByServer(scopes).flatMap((own) => {
    const [first] = own
    if (!first) return []
    const domains = [...new Set(own.map(({ dataDomain }) => dataDomain))].join(', ')
    return [{ id: first.serverId, name: first.serverName, domains, scopes: own.map(scopeChoice) }]
  })

const templateChoice = ({
  id,
  name,
  agentId,
  goal,
  scopeIds,
  durationSeconds,
  environment,
}: TemplateRecord) => ({
  id,
  name,
  says: `${scopeIds.length} ${scopeIds.length === 1 ? 'scope' : 'scopes'}, ${shortDuration(durationSeconds)}, ${environment}`,
  agentId,
  goal,
  scopeIds,
  minutes: String(Math.ceil(durationSeconds / 60)),
  environment,
})

/** Everything a requester of this tenant can choose from. */
export async function readFormChoices(
  actor: Actor,
): Promise<FormChoices & { slugs: ReadonlyMap<string, string> }> {
  const [templates, agents, scopes] = await Promise.all([
    listTemplates(actor.tenantId),
    listAgents(actor.tenantId),
    listScopes(actor.tenantId),
  ])
  const offered = agents.filter(({ suspended }) => !suspended)
  return {
    templates: templates
      .filter(({ agentId }) => offered.some(({ id }) => id === agentId))
      .map(templateChoice),
    agents: offered.map(({ id, slug, purpose, environments }) => ({ id, slug, purpose, environments })),
    servers: serverChoices(scopes),
    slugs: new Map(templates.map(({ slug, id }) => [slug, id])),
  }
}

/** What policy says of a draft before anything is typed, so that the first page already shows it. */
export async function firstPreview(actor: Actor, draft: Draft): Promise<PreviewAnswer | null> {
  const terms = termsOf(draft)
  const input = terms && PreviewRequest.safeParse(formValues(terms))
  if (!input?.success) return null
  const answer = await previewRequest(actor, input.data)
  return answer.ok ? answer.value : null
}
