import { z } from 'zod'
import { Environment } from './agent-registration'
import { CLEAN_LINE, visibleParts } from './clean-text'
import { counted } from './counted'
import { AgentId, ScopeId, TemplateId } from './ids'
import type { Effect } from './people-change'
import { type Result, refusal } from './result'

const isVisible = (text: string) => visibleParts(text).every(({ kind }) => kind === 'text')
const VISIBLE = 'Use visible characters only.'

export const TemplateName = CLEAN_LINE.min(1, 'Give the template a name.')
  .max(60, 'Keep the name under 60 characters.')
  .refine(isVisible, VISIBLE)
  .refine((name) => templateSlug(name) !== '', 'Use some of the letters a to z in the name.')
export const TemplateGoal = CLEAN_LINE.min(1, 'Say what the agent is to do.')
  .max(300, 'Keep the goal under 300 characters.')
  .refine(isVisible, VISIBLE)
export const GoalCategory = z
  .string()
  .trim()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'Use 2 to 40 lower-case letters, digits and dashes, as in support.')
export const TemplateScopes = ScopeId.array()
  .min(1, 'Choose at least one scope.')
  .max(50, 'Choose at most 50 scopes.')

/** How a template is called in addresses. */
export const templateSlug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const which = { templateId: TemplateId, agentId: AgentId }
const terms = {
  ...{ name: TemplateName, goal: TemplateGoal, goalCategory: GoalCategory, environment: Environment },
  durationSeconds: z
    .int()
    .min(60)
    .max(24 * 60 * 60),
  scopeIds: TemplateScopes,
}

/** A change of what an agent is asked for again and again. Each is a proposal that a second administrator activates. */
export const TemplateChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('template.add'), slug: z.string(), ...which, ...terms }),
  z.object({ kind: z.literal('template.set'), ...which, ...terms }),
  z.object({ kind: z.literal('template.retire'), ...which }),
])
export type TemplateChange = z.infer<typeof TemplateChange>

const KINDS: ReadonlySet<string> = new Set(TemplateChange.options.map(({ shape }) => shape.kind.value))
export const isTemplateChange = (change: { kind: string }): change is TemplateChange => KINDS.has(change.kind)

type Terms = Pick<
  Extract<TemplateChange, { kind: 'template.set' }>,
  'name' | 'goal' | 'goalCategory' | 'environment' | 'durationSeconds'
> & { scopeIds: readonly ScopeId[] }
type NamedScope = { id: ScopeId; action: string; resource: string; maxSeconds: number; isOffered: boolean }

export type TemplateFacts = {
  /** As it is now, with the version that was read. */
  template: (Terms & { rev: number }) | null
  agent: { slug: string; environments: readonly string[] } | null
  /** The scopes of the tenant, those that are not offered any more among them. */
  scopes: readonly NamedScope[]
  isTaken: boolean
}

function termWords(of: Terms, scopes: readonly NamedScope[]): string {
  const named = of.scopeIds.map((id) => {
    const scope = scopes.find((one) => one.id === id)
    return scope ? `${scope.action} on ${scope.resource}` : id
  })
  const minutes = counted(of.durationSeconds / 60, 'minute')
  return `${of.name}: ${of.goal} (${of.goalCategory}); ${of.environment}; ${minutes}; ${named.sort().join(', ')}`
}

function termProblem(of: Terms, { agent, scopes }: TemplateFacts): Result<never> | null {
  if (!agent) return refusal('not_found')
  if (!agent.environments.includes(of.environment)) return refusal('environment_unknown')
  const chosen = scopes.filter(({ id, isOffered }) => isOffered && of.scopeIds.includes(id))
  if (chosen.length !== of.scopeIds.length) return refusal('scope_unknown')
  return chosen.some(({ maxSeconds }) => maxSeconds < of.durationSeconds) ? refusal('too_long') : null
}

/** What a change of a template comes to, or why it cannot be made. */
export function templateEffect(change: TemplateChange, facts: TemplateFacts): Result<Effect> {
  const { template, scopes, isTaken } = facts
  if (change.kind !== 'template.add' && !template) return refusal('not_found')
  const before = template ? termWords(template, scopes) : 'none'
  const common = { before, falls: [], rev: template?.rev ?? 0 }
  if (change.kind === 'template.retire')
    return { ok: true, value: { ...common, of: `Template ${template?.name}`, after: 'retired' } }
  const problem = termProblem(change, facts)
  if (problem) return problem
  if (change.kind === 'template.add' && isTaken) return refusal('template_exists')
  const after = termWords(change, scopes)
  if (after === before) return refusal('nothing_to_change')
  return { ok: true, value: { ...common, of: `Template ${template?.name ?? change.name}`, after } }
}

/** Whom a change of a template leaves as they are. */
export function filedWords(
  kind: 'template.set' | 'template.retire',
  { requests, grants }: { requests: number; grants: number },
): string {
  const filed = `${counted(requests, 'waiting request')} and ${counted(grants, 'live grant')} were filed with it`
  return kind === 'template.set'
    ? `${filed} and keep what they asked for. It counts for requests filed from then on.`
    : `${filed} and stay as they are. Nobody can choose it from then on, and its name cannot come back.`
}
