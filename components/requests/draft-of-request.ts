import type { RequestRecord } from '@/lib/domain/request-record'
import type { Draft, FormChoices } from './form-draft'

/** A draft with what a request says, less what is not on offer any more and what is to be left out. */
export function draftOfRequest(
  request: RequestRecord,
  choices: FormChoices,
  without: readonly string[] = [],
): Draft {
  const offered = new Set(choices.servers.flatMap(({ scopes }) => scopes.map(({ id }) => id)))
  const agent = choices.agents.find(({ id }) => id === request.agent.id)
  const others = choices.subAgents ?? choices.agents
  const named = request.delegation?.agents ?? []
  const isOffered = (name: string) => agent?.environments.includes(name) ?? false
  return {
    templateId: choices.templates.some(({ id }) => id === request.templateId)
      ? (request.templateId ?? '')
      : '',
    agentId: agent?.id ?? '',
    goal: request.goal,
    scopeIds: request.scopes.map(({ id }) => id).filter((id) => offered.has(id) && !without.includes(id)),
    minutes: String(Math.ceil(request.durationSeconds / 60)),
    justification: request.justification,
    ticket: request.ticket,
    environment: isOffered(request.environment) ? request.environment : (agent?.environments[0] ?? ''),
    filedFrom: '',
    subAgentIds: named.map(({ id }) => id).filter((id) => others.some((one) => one.id === id)),
    subAgentDepth: String(request.delegation?.depth ?? 1),
  }
}
