import canonicalize from 'canonicalize'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { JsonObject } from '@/lib/domain/json'
import type { Answer } from '@/lib/domain/question'
import { answerTo } from './decide'
import { readInput } from './input'
import type { LoadedPolicySet } from './load'

/** Types whose entities are stored here. About these nobody's word counts: they are asked about with a grant. */
const STORED = ['Agent', 'Resource', 'ResourceServer', 'Tenant', 'DataDomain', 'Person']

/** What this server knows itself and never takes from a caller. */
const OWN_WORDS = new Set([
  'approvals',
  'approvedEnvironment',
  'breakGlass',
  'environment',
  'environments',
  'hourUtc',
  'requester',
  'requesterRoles',
  'sensitivity',
  'weekday',
  'workingHours',
])

const withoutOwn = (said: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries(said).filter(([name]) => !OWN_WORDS.has(name)))

/** The schema's spelling of a type, which the wire may write in any case. Null when that names none, or two. */
function typeOf(set: LoadedPolicySet, said: string): string | null {
  if (set.types.includes(said)) return said
  const [type, ...others] = set.types.filter((one) => one.toLowerCase() === said.toLowerCase())
  return type !== undefined && others.length === 0 ? type : null
}

const isOpen = (type: string | null): type is string => type !== null && !STORED.includes(type)

/**
 * Decides a question in the words of the schema in force about entities that are not stored here (AuthZEN 1.0 §6): what
 * the caller says of them counts, and is checked against the schema. Nothing is assumed to be approved. Null when the
 * schema has no such types or action, or their entities are stored: then there is nothing to ask policy.
 */
export function decideOpen(
  set: LoadedPolicySet,
  { subject, action, resource, context }: Evaluation,
): Answer | null {
  const [principalType, resourceType] = [typeOf(set, subject.type), typeOf(set, resource.type)]
  const known = set.actions.get(action.name)
  if (!known || !isOpen(principalType) || !isOpen(resourceType)) return null
  const principal = { id: subject.id, type: principalType }
  const about = { id: resource.id, type: resourceType }
  const name = { id: action.name, type: 'Action' }
  const entities = [
    { uid: principal, attrs: withoutOwn(subject.properties), parents: [] },
    { uid: about, attrs: withoutOwn(resource.properties), parents: [] },
    { uid: name, attrs: {}, parents: known.groups.map((id) => ({ id, type: 'Action' })) },
  ]
  const input = { principal, action: name, resource: about, context: withoutOwn(context), entities }
  // Read like a stored one: what is decided now can be decided again.
  return answerTo(set, readInput(canonicalize(input) ?? ''), 'checked')
}
