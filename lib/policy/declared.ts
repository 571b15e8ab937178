import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import type { Json, JsonObject } from '@/lib/domain/json'

/** What a schema knows below a value: the members of a record, or of each record of a set. Null: it is no record. */
export type Shape = ReadonlyMap<string, Shape> | null

/** The members a schema declares: of each entity type, and of the context of each action. */
export type Declared = { types: ReadonlyMap<string, Shape>; contexts: ReadonlyMap<string, Shape> }

type Fragment = Cedar.NamespaceDefinition<string>
type Type = Cedar.Type<string>

function shapeOf(common: ReadonlyMap<string, Type>, type: Type | undefined): Shape {
  if (!type) return new Map()
  if ('attributes' in type)
    return new Map(Object.entries(type.attributes).map(([name, of]) => [name, shapeOf(common, of)]))
  if ('element' in type) return shapeOf(common, type.element)
  const name = type.type === 'EntityOrCommon' && 'name' in type ? type.name : type.type
  const named = common.get(name)
  return named ? shapeOf(common, named) : null
}

/** Reads them from the part of a schema that has no namespace. */
export function declaredIn({
  actions = {},
  entityTypes = {},
  commonTypes = {},
}: Partial<Fragment>): Declared {
  const common = new Map<string, Type>(Object.entries(commonTypes))
  const types = Object.entries(entityTypes).map(
    ([name, type]) => [name, shapeOf(common, 'shape' in type ? type.shape : undefined)] as const,
  )
  const contexts = Object.entries(actions).map(
    ([name, { appliesTo }]) => [name, shapeOf(common, appliesTo?.context)] as const,
  )
  return { types: new Map(types), contexts: new Map(contexts) }
}

const isRecord = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function declaredValue(value: Json, shape: Shape): Json {
  if (shape === null) return value
  if (Array.isArray(value)) return value.map((one) => declaredValue(one, shape))
  return isRecord(value) ? onlyDeclared(value, shape) : value
}

/** What is said of a thing, without the members its schema does not know: they are ignored (AuthZEN 1.0 §5). */
export function onlyDeclared(said: JsonObject, shape: Shape | undefined): JsonObject {
  const known = Object.entries(said).flatMap(([name, value]) => {
    const below = shape?.get(name)
    return below === undefined ? [] : [[name, declaredValue(value, below)] as const]
  })
  return Object.fromEntries(known)
}
