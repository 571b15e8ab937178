import { createHash } from 'node:crypto'
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import canonicalize from 'canonicalize'
import { PolicySetVersion } from '@/lib/domain/ids'
import type { PolicyNote, StageDemand } from '@/lib/domain/question'
import { readAnnotations } from './annotations'
import { MAX_POLICIES, policyCaps, schemaCaps } from './caps'
import { type Declared, declaredIn } from './declared'
import { withReader } from './engine'
import { isLiftedBy } from './lifts'
import { actionGroupsOf, isSilentOn } from './slices'

const WORKING_HOURS = /^[ \t]*workingHours[ \t]*:[ \t]*Bool\b/m

export type PolicyFile = { name: string; text: string }
export type PolicySetText = { schema: string; policies: readonly PolicyFile[] }

/** One policy as people read it, with the file it stands in and the stage it demands. */
export type PolicyEntry = PolicyNote & { file: string; position: number; demand: StageDemand | null }
type Parsed = PolicyEntry & { action: Cedar.ActionConstraint }

export type ActionSlice = {
  groups: readonly string[]
  ids: readonly string[]
  /** Whether agents may be asked about with it. */
  isOfAgents: boolean
}

export type LoadedPolicySet = {
  version: PolicySetVersion
  schema: string
  /** The files as stored, sorted by name. */
  files: readonly PolicyFile[]
  /** By `@id`, in reading order: by file name, then by place in the file. */
  entries: ReadonlyMap<string, PolicyEntry>
  /** Each action of the schema, with its groups and the ids of the policies that can have a say on it. */
  actions: ReadonlyMap<string, ActionSlice>
  /** The entity types of its schema. */
  types: readonly string[]
  /** What it declares of each of them, and of each action's context. */
  declared: Declared
  /** The namespaces of its schema. What is in one cannot be asked. */
  namespaces: readonly string[]
  /** Whether its schema has a context member `workingHours`. */
  knowsWorkingHours: boolean
}

/** A policy set that must not be used, with every reason found. */
export class PolicySetRejected extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`This policy set cannot be used: ${problems.join(' ')}`)
    this.name = 'PolicySetRejected'
  }
}

const byName = (a: PolicyFile, b: PolicyFile) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** SHA-256 of the canonical JSON (RFC 8785) of schema and policies, files sorted by name. */
export function policySetVersion({ schema, policies }: PolicySetText): PolicySetVersion {
  const files = [...policies].sort(byName).map(({ name, text }) => ({ name, text }))
  return PolicySetVersion.parse(
    createHash('sha256')
      .update(canonicalize({ schema, policies: files }) ?? '')
      .digest('hex'),
  )
}

function partsOf({ name, text }: PolicyFile): string[] {
  const parts = withReader((engine) => engine.policySetTextToParts(text))
  if (parts.type === 'failure')
    throw new PolicySetRejected(parts.errors.map(({ message }) => `${name}: ${message}.`))
  if (parts.policy_templates.length > 0) throw new PolicySetRejected([`${name} has a template with slots.`])
  return parts.policies.sort((a, b) => text.indexOf(a) - text.indexOf(b))
}

function entryOf(file: string, cedar: string, position: number, problems: string[]): Parsed {
  const parsed = withReader((engine) => engine.policyToJson(cedar))
  if (parsed.type === 'failure')
    throw new PolicySetRejected(parsed.errors.map(({ message }) => `${file}: ${message}.`))
  const { json } = parsed
  const { id, says, demand, problems: found } = readAnnotations(json.annotations ?? {}, json.effect)
  if (demand && json.effect === 'forbid' && !isLiftedBy(json, demand.name))
    found.push(`Its own approval "${demand.name}" does not lift it.`)
  problems.push(...found.map((problem) => `${file}, ${id || `policy ${position + 1}`}: ${problem}`))
  return { id, effect: json.effect, says, cedar, file, position, demand, action: json.action }
}

function collect(files: readonly PolicyFile[], problems: string[]): Map<string, Parsed> {
  const entries = new Map<string, Parsed>()
  for (const file of files)
    for (const cedar of partsOf(file)) {
      const entry = entryOf(file.name, cedar, entries.size, problems)
      if (entries.has(entry.id)) problems.push(`Two policies have the id ${entry.id}.`)
      entries.set(entry.id, entry)
    }
  if (entries.size > MAX_POLICIES) problems.push(`A set has at most ${MAX_POLICIES} policies.`)
  return entries
}

function schemaProblems(schema: string, texts: Readonly<Record<string, string>>): string[] {
  const answer = withReader((engine) =>
    engine.validate({ schema, policies: { staticPolicies: { ...texts } } }),
  )
  if (answer.type === 'failure')
    return answer.errors.map(({ message }) => `The schema or a policy: ${message}.`)
  return [
    ...[...answer.validationErrors, ...answer.validationWarnings].map(
      ({ policyId, error }) => `${policyId}: ${error.message}.`,
    ),
    ...answer.otherWarnings.map(({ message }) => `${message}.`),
  ]
}

function wordsOf(
  schema: string,
  entries: ReadonlyMap<string, Parsed>,
): Pick<LoadedPolicySet, 'actions' | 'types' | 'declared' | 'namespaces'> {
  const read = withReader((engine) => engine.schemaToJson(schema))
  if (read.type === 'failure')
    throw new PolicySetRejected(read.errors.map(({ message }) => `The schema: ${message}.`))
  const unnamed: Partial<Cedar.NamespaceDefinition<string>> = read.json[''] ?? {}
  const { actions = {}, entityTypes = {} } = unnamed
  const sliceOf = (name: string, groups: ReadonlySet<string>): ActionSlice => ({
    isOfAgents: actions[name]?.appliesTo?.principalTypes.includes('Agent') ?? false,
    groups: [...groups].filter((group) => group !== name).sort(),
    ids: [...entries.values()].filter(({ action }) => !isSilentOn(groups, action)).map(({ id }) => id),
  })
  const groups = [...actionGroupsOf(read.json)]
  return {
    actions: new Map(groups.map(([name, of]) => [name, sliceOf(name, of)])),
    types: Object.keys(entityTypes),
    declared: declaredIn(unnamed),
    namespaces: Object.keys(read.json).filter((name) => name !== ''),
  }
}

/**
 * Reads and checks a policy set (DESIGN 5) and gives it its version, or throws PolicySetRejected.
 * Refused: text past the caps, templates, missing or repeated `@id`, missing `@says`, unknown annotations,
 * `@approval` on a permit, a quorum below 1, a forbid its own approval does not lift, anything the schema's
 * validation finds, warnings included.
 */
export function loadPolicySet(set: PolicySetText): LoadedPolicySet {
  const files = [...set.policies].sort(byName)
  const capped = [...schemaCaps(set.schema), ...files.flatMap(({ name, text }) => policyCaps(name, text))]
  if (files.some(({ name }, at) => files[at + 1]?.name === name)) capped.push('Two files have the same name.')
  if (files.length > MAX_POLICIES) capped.push(`A set has at most ${MAX_POLICIES} files.`)
  if (capped.length > 0) throw new PolicySetRejected(capped)
  try {
    const problems: string[] = []
    const entries = collect(files, problems)
    const texts = Object.fromEntries([...entries].map(([id, { cedar }]) => [id, cedar]))
    if (problems.length === 0) problems.push(...schemaProblems(set.schema, texts))
    if (problems.length > 0) throw new PolicySetRejected(problems)
    const words = wordsOf(set.schema, entries)
    const knowsWorkingHours = WORKING_HOURS.test(set.schema)
    return { version: policySetVersion(set), schema: set.schema, files, entries, ...words, knowsWorkingHours }
  } catch (fault) {
    if (fault instanceof PolicySetRejected) throw fault
    throw new PolicySetRejected([fault instanceof Error ? fault.message : String(fault)])
  }
}
