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
  // A question from outside has no approvals, and its schema need not know them.
  context: z.object({ approvals: z.array(z.string()).exactOptional() }).catchall(z.json()),
  entities: z
    .array(z.strictObject({ uid: Uid, attrs: Members, parents: z.array(Uid).max(MAX_ENTITIES) }))
    .max(MAX_ENTITIES),
})
export type EngineInput = z.infer<typeof EngineInput>

const uid = (type: string, id: string): Uid => ({ id, type })
const reference = (type: string, id: string) => ({ __entity: uid(type, id) })
const sorted = (texts: readonly string[]) => [...new Set(texts)].sort()
// ISO 8601: Monday is 1, Sunday is 7.
const weekdayOf = (now: Date) => now.getUTCDay() || 7

// Tenants, domains and servers have neither attributes nor parents: as parents of these they need no entity.
function entitiesOf({ agent, scope }: Question, groups: readonly string[]): EngineInput['entities'] {
  return [
    {
      attrs: {
        environments: sorted(agent.environments),
        owners: sorted(agent.owners).map((id) => reference('Person', id)),
        slug: agent.slug,
        tenant: reference('Tenant', agent.tenantId),
      },
      parents: [uid('Tenant', agent.tenantId)],
      uid: uid('Agent', agent.id),
    },
    {
      attrs: {
        dataDomain: scope.dataDomain,
        maxSeconds: scope.maxSeconds,
        sensitivity: scope.sensitivity,
        serverType: scope.serverType,
        tenant: reference('Tenant', scope.tenantId),
      },
      parents: [
        uid('DataDomain', scope.dataDomain),
        uid('ResourceServer', scope.serverId),
        uid('Tenant', scope.tenantId),
      ],
      uid: uid('Resource', scope.resource),
    },
    { attrs: {}, parents: groups.map((id) => uid('Action', id)), uid: uid('Action', scope.action) },
  ]
}

/**
 * The engine's whole input, from the question and the groups the schema puts its action in, and nothing else.
 * Sets are sorted and members stand in alphabetical order, so that plain JSON of it is canonical JSON.
 */
export function inputOf(
  question: Question,
  actionGroups: readonly string[],
  /** Sets from before there were working hours do not know the member, and are not given it. */
  knowsWorkingHours: boolean,
): EngineInput {
  const { agent, scope, requester, now } = question
  return {
    action: uid('Action', scope.action),
    context: {
      approvals: sorted(question.approvals),
      approvedEnvironment: question.approvedEnvironment,
      breakGlass: question.breakGlass,
      durationSeconds: question.durationSeconds,
      environment: question.environment,
      goalCategory: question.goalCategory,
      hourUtc: now.getUTCHours(),
      requester: reference('Person', requester.id),
      requesterRoles: sorted(requester.roles),
      weekday: weekdayOf(now),
      ...(knowsWorkingHours ? { workingHours: question.workingHours } : {}),
    },
    entities: entitiesOf(question, actionGroups),
    principal: uid('Agent', agent.id),
    resource: uid('Resource', scope.resource),
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

// What may be unsafe shows in the JSON: an escape, a number that JSON cannot say, a fraction, 16 digits. Most have none.
const MAY_BE_UNSAFE = /\\|null|[:,[]-?\d+[.eE]|[:,[]-?\d{16}/

/** The input with its canonical JSON (RFC 8785), or why the engine must not see it: unsafe numbers or text, or too much. */
export function sealInput(input: EngineInput): ReadInput {
  const text = JSON.stringify(input)
  if (MAY_BE_UNSAFE.test(text) && hasUnsafe(input))
    return {
      problem: 'The question has a number outside ±2^53, a fraction, or text that is not Unicode.',
      text,
    }
  return text.length > MAX_INPUT ? { problem: 'The question is too large.', text } : { input, text }
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
    if (canonicalize(parsed.data) !== stored) return refuse('The stored question is not in canonical form.')
    const sealed = sealInput(parsed.data)
    return 'problem' in sealed ? refuse(sealed.problem) : { input: parsed.data, text: stored }
  } catch {
    return refuse('The stored question is not JSON.')
  }
}
