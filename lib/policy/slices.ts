import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'

/** Each action of the schema with itself and every group it is in. */
export type ActionGroups = ReadonlyMap<string, ReadonlySet<string>>

/** Reads the actions people can be asked about, and their groups, from the schema's JSON. */
export function actionGroupsOf(schema: Cedar.SchemaJson<string>): ActionGroups {
  const actions = schema['']?.actions ?? {}
  const climb = (name: string, found: Set<string>): Set<string> => {
    if (found.has(name)) return found
    found.add(name)
    for (const group of actions[name]?.memberOf ?? []) climb(group.id, found)
    return found
  }
  const asked = Object.entries(actions).filter(
    ([, { appliesTo }]) => appliesTo && appliesTo.principalTypes.length > 0,
  )
  return new Map(asked.map(([name]) => [name, climb(name, new Set())]))
}

const idsOf = (constraint: Cedar.ActionConstraint): string[] | null => {
  if (constraint.op === 'All') return null
  const named =
    'entities' in constraint ? constraint.entities : 'entity' in constraint ? [constraint.entity] : null
  const plain = named?.flatMap((uid) => ('id' in uid && uid.type === 'Action' ? [uid.id] : []))
  return plain && plain.length === named?.length ? plain : null
}

/**
 * Whether the action in a policy's scope leaves it no say on this action. Cost grows with every policy handed to
 * the engine, so these are left out. Exact: a policy whose scope does not match can neither decide nor err. A
 * constraint of any shape not known here keeps the policy in.
 */
export function isSilentOn(groups: ReadonlySet<string>, constraint: Cedar.ActionConstraint): boolean {
  const ids = idsOf(constraint)
  return ids !== null && !ids.some((id) => groups.has(id))
}
