/** What stands in the form while somebody fills it. Texts, as the browser has them. */
export type Draft = {
  templateId: string
  agentId: string
  goal: string
  scopeIds: readonly string[]
  minutes: string
  justification: string
  ticket: string
  environment: string
  filedFrom: string
  subAgentIds: readonly string[]
  subAgentDepth: string
}

export type TemplateChoice = {
  id: string
  name: string
  says: string
  agentId: string
  goal: string
  scopeIds: readonly string[]
  minutes: string
  environment: string
}

export type AgentChoice = { id: string; slug: string; purpose: string; environments: readonly string[] }

export type ScopeChoice = { id: string; action: string; path: string; sensitivity: 1 | 2 | 3 }

export type ServerChoice = { id: string; name: string; domains: string; scopes: readonly ScopeChoice[] }

export type FormChoices = {
  templates: readonly TemplateChoice[]
  agents: readonly AgentChoice[]
  /** Whom the task may be handed on to, where that is more than who it may be for. */
  subAgents?: readonly AgentChoice[]
  servers: readonly ServerChoice[]
}

export const EMPTY_DRAFT: Draft = {
  templateId: '',
  agentId: '',
  goal: '',
  scopeIds: [],
  minutes: '30',
  justification: '',
  ticket: '',
  environment: '',
  filedFrom: '',
  subAgentIds: [],
  subAgentDepth: '1',
}

/** A template fills what it knows; what was written beside it stays. */
export function withTemplate(draft: Draft, template: TemplateChoice | undefined): Draft {
  if (!template) return { ...draft, templateId: '' }
  const { id, agentId, goal, scopeIds, minutes, environment } = template
  return { ...draft, templateId: id, agentId, goal, scopeIds, minutes, environment }
}

/** The environment stays when the other agent may run there too. */
export function withAgent(draft: Draft, agent: AgentChoice | undefined): Draft {
  const environments = agent?.environments ?? []
  const environment = environments.includes(draft.environment) ? draft.environment : (environments[0] ?? '')
  return { ...draft, agentId: agent?.id ?? '', environment }
}

export const toggled = (ids: readonly string[], id: string) =>
  ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]

/** The terms policy is asked about, or null while one of them is missing. */
export function termsOf(draft: Draft): FormData | null {
  const minutes = draft.minutes.trim()
  const isWhole = /^\d{1,5}$/.test(minutes) && Number(minutes) > 0
  if (!draft.agentId || !draft.environment || draft.scopeIds.length === 0 || !isWhole) return null
  const form = new FormData()
  if (draft.templateId) form.set('templateId', draft.templateId)
  form.set('agentId', draft.agentId)
  form.set('environment', draft.environment)
  form.set('durationMinutes', minutes)
  for (const id of draft.scopeIds) form.append('scopeIds[]', id)
  return form
}

const TERMS = ['templateId', 'agentId', 'environment', 'minutes', 'scopeIds'] as const

/** Whether policy has to be asked again: writing a goal changes nothing it knows. */
export const asksAnew = (before: Draft, after: Draft) => TERMS.some((name) => before[name] !== after[name])

/** Everything the form sends. Empty ids are left out: an id is one or is not there. */
export function filledForm(draft: Draft, more: Readonly<Record<string, string | number>>): FormData {
  const form = new FormData()
  const { minutes, scopeIds, templateId, filedFrom, subAgentIds, subAgentDepth, ...texts } = draft
  const named = subAgentIds.filter((id) => id !== draft.agentId)
  for (const [name, value] of Object.entries({ ...texts, durationMinutes: minutes, ...more }))
    form.set(name, String(value))
  if (templateId) form.set('templateId', templateId)
  if (filedFrom) form.set('filedFrom', filedFrom)
  if (named.length > 0) form.set('subAgentDepth', subAgentDepth)
  for (const id of named) form.append('subAgentIds[]', id)
  for (const id of scopeIds) form.append('scopeIds[]', id)
  return form
}
