import canonicalize from 'canonicalize'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { JsonObject } from '@/lib/domain/json'
import type { Answer } from '@/lib/domain/question'
import { answerTo } from './decide'
import { onlyDeclared, type Shape } from './declared'
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
  'time',
  'weekday',
  'workingHours',
])

/** What counts of a caller's words: what the schema knows, and this server does not know itself. The rest is ignored. */
const counting = (said: JsonObject = {}, shape: Shape | undefined): JsonObject =>
  onlyDeclared(Object.fromEntries(Object.entries(said).filter(([name]) => !OWN_WORDS.has(name))), shape)

/** The schema's spelling of a type, which the wire may write in any case. Null when that names none, or two. */
function typeOf(set: LoadedPolicySet, said: string): string | null {
  if (set.types.includes(said)) return said
  const [type, ...others] = set.types.filter((one) => one.toLowerCase() === said.toLowerCase())
  return type !== undefined && others.length === 0 ? type : null
}

const isOpen = (type: string | null): type is string => type !== null && !STORED.includes(type)

/**
 * Decides a question in the words of the schema in force about entities that are not stored here (AuthZEN 1.0 §6): what
 * the caller says of them counts, as far as the schema knows it, and has to be of its types. Nothing is assumed to be
 * approved. Null when the schema has no such types or action, or their entities are stored: then there is nothing to ask
 * policy.
 */
export function decideOpen(
  set: LoadedPolicySet,
  { subject, action, resource, context }: Evaluation,
): Answer | null {
  const [principalType, resourceType] = [typeOf(set, subject.type), typeOf(set, resource.type)]
  const known = set.actions.get(action.name)
  if (!known || !isOpen(principalType) || !isOpen(resourceType)) return null
  const { types, contexts } = set.declared
  const principal = { id: subject.id, type: principalType }
  const about = { id: resource.id, type: resourceType }
  const name = { id: action.name, type: 'Action' }
  // AuthZEN has no word for what an entity is in: groups are said as attributes.
  const entities = [
    { uid: principal, attrs: counting(subject.properties, types.get(principalType)), parents: [] },
    { uid: about, attrs: counting(resource.properties, types.get(resourceType)), parents: [] },
    { uid: name, attrs: {}, parents: known.groups.map((id) => ({ id, type: 'Action' })) },
  ]
  const said = counting(context, contexts.get(action.name))
  const input = { principal, action: name, resource: about, context: said, entities }
  // Read like a stored one: what is decided now can be decided again.
  return answerTo(set, readInput(canonicalize(input) ?? ''), 'checked')
}
