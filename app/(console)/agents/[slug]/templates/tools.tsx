import { AddTemplate, EditTemplate, RetireTemplate } from '@/components/agents/propose-template'
import { LinkButton } from '@/components/ui/link-button'
import { listAdministrators } from '@/lib/data/person-states'
import { listScopes } from '@/lib/data/scopes'
import { countFiledWith } from '@/lib/data/template-states'
import type { TemplateRecord } from '@/lib/data/templates'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import type { Agent } from '@/lib/domain/agent'
import { resourceLabel } from '@/lib/domain/resource-label'
import { filedWords } from '@/lib/domain/template-change'
import { pageNow } from '@/lib/web/session'
import { proposeTemplateAction } from '../../actions'

const NOTHING = { requests: 0, grants: 0 }

/** What an administrator may do about the templates of an agent; for others there is nothing. */
export async function templateTools(actor: Actor, agent: Agent) {
  if (!may(actor, 'template.change')) return null
  const { tenantId, personId } = actor
  const now = await pageNow()
  const [administrators, scopes, filed] = await Promise.all([
    listAdministrators(tenantId),
    listScopes(tenantId),
    countFiledWith(tenantId, now),
  ])
  const proposing = {
    action: proposeTemplateAction,
    isAlone: isAlone(administrators, personId, now),
  }
  const form = {
    ...proposing,
    agent: { id: agent.id, slug: agent.slug, environments: agent.environments },
    scopes: scopes.map((scope) => ({
      ...{ id: scope.id, action: scope.action, label: resourceLabel(scope), maxSeconds: scope.maxSeconds },
    })),
  }
  const add =
    scopes.length > 0 ? (
      <AddTemplate {...form} />
    ) : (
      <LinkButton href="/resources">Add a scope first</LinkButton>
    )
  const toolOf = ({
    id,
    name,
    goal,
    goalCategory,
    environment,
    durationSeconds,
    scopeIds,
  }: TemplateRecord) => {
    const template = { id, name, goal, goalCategory, environment, durationSeconds, scopeIds }
    const kept = (kind: 'template.set' | 'template.retire') => filedWords(kind, filed.get(id) ?? NOTHING)
    return (
      <>
        <EditTemplate {...form} template={template} kept={kept('template.set')} />
        <RetireTemplate
          {...proposing}
          agentId={agent.id}
          template={{ id, name }}
          kept={kept('template.retire')}
        />
      </>
    )
  }
  return { add, toolOf }
}
