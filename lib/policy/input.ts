import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { Question } from '@/lib/domain/question'
import { nestingOf } from './caps'

const MAX_INPUT = 65_536
const MAX_ENTITIES = 64
const MAX_DEPTH = 16

const Uid = z.strictObject({ type: z.string(), id: z.string() })
type Uid = z.infer<typeof Uid>
const Members = z.record(z.string(), z.json())

/** Everything the engine is given for one question. */
export const EngineInput = z.strictObject({
  principal: Uid,
  action: Uid,
  resource: Uid,
  context: z.object({ approvals: z.array(z.string()) }).catchall(z.json()),
  entities: z
    .array(z.strictObject({ uid: Uid, attrs: Members, parents: z.array(Uid).max(MAX_ENTITIES) }))
    .max(MAX_ENTITIES),
})
export type EngineInput = z.infer<typeof EngineInput>

const uid = (type: string, id: string): Uid => ({ type, id })
const reference = (type: string, id: string) => ({ __entity: uid(type, id) })
const sorted = (texts: readonly string[]) => [...new Set(texts)].sort()
// ISO 8601: Monday is 1, Sunday is 7.
const weekdayOf = (now: Date) => now.getUTCDay() || 7

function entitiesOf({ agent, scope }: Question): EngineInput['entities'] {
  const tenants = sorted([agent.tenantId, scope.tenantId])
  const home = [uid('Tenant', scope.tenantId)]
  return [
    {
      uid: uid('Agent', agent.id),
      attrs: {
        slug: agent.slug,
        owners: sorted(agent.owners).map((id) => reference('Person', id)),
        environments: sorted(agent.environments),
        tenant: reference('Tenant', agent.tenantId),
      },
      parents: [uid('Tenant', agent.tenantId)],
    },
    {
      uid: uid('Resource', scope.resource),
      attrs: {
        sensitivity: scope.sensitivity,
        maxSeconds: scope.maxSeconds,
        dataDomain: reference('DataDomain', scope.dataDomain),
        server: reference('ResourceServer', scope.serverId),
        tenant: reference('Tenant', scope.tenantId),
      },
      parents: [uid('ResourceServer', scope.serverId), uid('DataDomain', scope.dataDomain), ...home],
    },
    {
      uid: uid('ResourceServer', scope.serverId),
      attrs: { identifier: scope.serverIdentifier, type: scope.serverType },
      parents: home,
    },
    { uid: uid('DataDomain', scope.dataDomain), attrs: {}, parents: home },
    ...tenants.map((id) => ({ uid: uid('Tenant', id), attrs: {}, parents: [] })),
  ]
}

/** The engine's whole input, from the question and nothing else. Sets are sorted, so equal questions are equal text. */
export function inputOf(question: Question): EngineInput {
  const { agent, scope, requester, now } = question
  return {
    principal: uid('Agent', agent.id),
    action: uid('Action', scope.action),
    resource: uid('Resource', scope.resource),
    context: {
      requester: reference('Person', requester.id),
      requesterRoles: sorted(requester.roles),
      goalCategory: question.goalCategory,
      durationSeconds: question.durationSeconds,
      environment: question.environment,
      approvedEnvironment: question.approvedEnvironment,
      hourUtc: now.getUTCHours(),
      weekday: weekdayOf(now),
      breakGlass: question.breakGlass,
      approvals: sorted(question.approvals),
    },
    entities: entitiesOf(question),
  }
}

export type ReadInput = { input: EngineInput; text: string } | { problem: string; text: string }

function hasUnsafe(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value)
  // The engine would read a lone surrogate as another character, and two names as one.
  if (typeof value === 'string') return !value.isWellFormed() || value.includes('\u0000')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, item]) => hasUnsafe(name) || hasUnsafe(item))
}

/** The input as canonical JSON (RFC 8785), or why the engine must not see it: unsafe numbers or text, or too much. */
export function sealInput(input: EngineInput): ReadInput {
  if (hasUnsafe(input))
    return {
      problem: 'The question has a number outside ±2^53, a fraction, or text that is not Unicode.',
      text: JSON.stringify(input),
    }
  const text = canonicalize(input) ?? ''
  if (text.length > MAX_INPUT) return { problem: 'The question is too large.', text }
  return { input, text }
}

/** A stored input, parsed again on its way back. Refused when it is not the canonical text of a question. */
export function readInput(stored: string): ReadInput {
  const refuse = (problem: string): ReadInput => ({ problem, text: stored })
  if (stored.length > MAX_INPUT) return refuse('The stored question is too large.')
  if (nestingOf(stored, { open: '[{', close: ']}' }) > MAX_DEPTH)
    return refuse('The stored question nests too deep.')
  try {
    const parsed = EngineInput.safeParse(JSON.parse(stored))
    if (!parsed.success) return refuse('The stored question has another shape.')
    const sealed = sealInput(parsed.data)
    return sealed.text === stored ? sealed : refuse('The stored question is not in canonical form.')
  } catch {
    return refuse('The stored question is not JSON.')
  }
}
