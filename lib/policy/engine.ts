import { join } from 'node:path'
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import type { LoadedPolicySet } from './load'

type Engine = typeof Cedar

// One module is one WebAssembly instance, and after a trap every later call of that instance fails. A new
// instance is a new load of the module. The builtin is taken at run time, so that no bundler rewrites it.
function freshEngine(): Engine {
  const { createRequire } = process.getBuiltinModule('node:module')
  const load = createRequire(join(process.cwd(), 'package.json'))
  const file = load.resolve('@cedar-policy/cedar-wasm/nodejs')
  delete load.cache[file]
  return load(file) as Engine
}

const saysOf = (fault: unknown) => (fault instanceof Error ? fault.message : String(fault))

let reader: Engine | null = null

/**
 * Reads policy text in an instance that never decides. A trap throws the instance away and throws on.
 */
export function withReader<T>(read: (engine: Engine) => T): T {
  reader ??= freshEngine()
  try {
    return read(reader)
  } catch (fault) {
    reader = null
    throw new Error(`The policy engine could not read this: ${saysOf(fault)}`, { cause: fault })
  }
}

/** Schemas and slices one instance keeps preparsed. Past it, a new instance starts. */
const MAX_PREPARED = 256

let decider: { engine: Engine; prepared: Set<string> } | null = null

function must(parsed: Cedar.CheckParseAnswer) {
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join(' '))
}

/** The deciding instance, with this set's schema and its slice for the action preparsed. */
function prepared(set: LoadedPolicySet, slice: string, ids: readonly string[]): Engine {
  if (decider?.prepared.has(slice)) return decider.engine
  if (decider && decider.prepared.size >= MAX_PREPARED) decider = null
  decider ??= { engine: freshEngine(), prepared: new Set() }
  const { engine } = decider
  if (!decider.prepared.has(set.version)) must(engine.preparseSchema(set.version, set.schema))
  const staticPolicies = Object.fromEntries(ids.map((id) => [id, set.entries.get(id)?.cedar ?? '']))
  must(engine.preparsePolicySet(slice, { staticPolicies }))
  decider.prepared.add(set.version).add(slice)
  return engine
}

export type EngineCall = Pick<
  Cedar.StatefulAuthorizationCall,
  'principal' | 'resource' | 'context' | 'entities'
> & { action: Cedar.TypeAndId }

export type EngineAnswer = {
  decision: 'allow' | 'deny'
  reasons: readonly string[]
  errors: readonly string[]
}

/** Whether the schema checks this one input again. What `inputOf` makes was checked when the set was activated. */
export type Checking = 'checked' | 'as-built'

/**
 * Asks the deciding instance once. Every doubt comes back as a denial with errors: a failure, a policy that
 * erred (on an allow it may have been a forbid), a trap. After a trap the instance is thrown away.
 */
export function askEngine(set: LoadedPolicySet, call: EngineCall, checking: Checking): EngineAnswer {
  const known = call.action.type === 'Action' ? set.actions.get(call.action.id) : undefined
  if (!known)
    return { decision: 'deny', reasons: [], errors: [`The schema has no action ${call.action.id}.`] }
  const slice = `${set.version} ${call.action.id}`
  try {
    const answer = prepared(set, slice, known.ids).statefulIsAuthorized({
      ...call,
      preparsedPolicySetId: slice,
      ...(checking === 'checked' ? { preparsedSchemaName: set.version, validateRequest: true } : {}),
    })
    if (answer.type === 'failure')
      return { decision: 'deny', reasons: [], errors: answer.errors.map(({ message }) => message) }
    const { decision, diagnostics } = answer.response
    const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`)
    return { decision: errors.length > 0 ? 'deny' : decision, reasons: diagnostics.reason, errors }
  } catch (fault) {
    decider = null
    return { decision: 'deny', reasons: [], errors: [`The policy engine failed: ${saysOf(fault)}`] }
  }
}
