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

/** Policy sets one instance keeps preparsed. Past it, a new instance starts. */
const MAX_PREPARED = 16

let decider: { engine: Engine; prepared: Set<string> } | null = null

function prepared(set: LoadedPolicySet): Engine {
  if (decider && decider.prepared.size >= MAX_PREPARED && !decider.prepared.has(set.version)) decider = null
  decider ??= { engine: freshEngine(), prepared: new Set() }
  const { engine } = decider
  if (decider.prepared.has(set.version)) return engine
  const schema = engine.preparseSchema(set.version, set.schema)
  const policies = engine.preparsePolicySet(set.version, { staticPolicies: { ...set.texts } })
  for (const parsed of [schema, policies])
    if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join(' '))
  decider.prepared.add(set.version)
  return engine
}

export type EngineCall = Pick<
  Cedar.StatefulAuthorizationCall,
  'principal' | 'action' | 'resource' | 'context' | 'entities'
>

export type EngineAnswer = {
  decision: 'allow' | 'deny'
  reasons: readonly string[]
  errors: readonly string[]
}

/**
 * Asks the deciding instance once. Every doubt comes back as a denial with errors: a failure, a policy that
 * erred (on an allow it may have been a forbid), a trap. After a trap the instance is thrown away.
 */
export function askEngine(set: LoadedPolicySet, call: EngineCall): EngineAnswer {
  try {
    const answer = prepared(set).statefulIsAuthorized({
      ...call,
      preparsedSchemaName: set.version,
      preparsedPolicySetId: set.version,
      validateRequest: true,
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
