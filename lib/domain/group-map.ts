import { z } from 'zod'
import { Role } from './access'
import { parseStrictJson } from './strict-json'

/** What a group of the company's identity provider means here: roles, and approver groups by their stage. */
export type MappedRights = { roles: readonly Role[]; groups: readonly string[] }
export type GroupMap = Readonly<Record<string, MappedRights>>

const MOST_GROUPS = 500
const STAGE = /^group:([a-z][a-z0-9-]{1,39})$/
const KNOWN = `${Role.options.join(', ')} or group:<stage>`

type Read = { ok: true; map: GroupMap } | { ok: false; problem: string }

const no = (problem: string): Read => ({ ok: false, problem })

const Shape = z.record(z.string(), z.array(z.string()))

/**
 * Reads `{"<group>": ["approver", "group:security"]}`. JSON, because the values of a claim may hold anything: commas
 * and equals signs (distinguished names) as well as blanks.
 */
export function readGroupMap(text: string): Read {
  const json = parseStrictJson(text)
  if (!json.ok) return no(json.problem)
  const shape = Shape.safeParse(json.value)
  if (!shape.success) return no('It takes an object that gives each group a list of texts.')
  const entries = Object.entries(shape.data)
  if (entries.length === 0) return no('It names no group, so nobody could sign in.')
  if (entries.length > MOST_GROUPS) return no(`It names more than ${MOST_GROUPS} groups.`)
  const unknown = entries.flatMap(([, rights]) => rights).find((right) => !isRight(right))
  if (unknown !== undefined) return no(`"${unknown}" is neither ${KNOWN}.`)
  return { ok: true, map: Object.fromEntries(entries.map(([group, rights]) => [group, mapped(rights)])) }
}

const isRight = (right: string) => Role.safeParse(right).success || STAGE.test(right)

const mapped = (rights: readonly string[]): MappedRights => ({
  roles: Role.options.filter((role) => rights.includes(role)),
  groups: rights.flatMap((right) => STAGE.exec(right)?.[1] ?? []),
})

/** What somebody in these groups of the provider holds here. Groups the map does not name mean nothing. */
export function mappedRights(map: GroupMap, groups: readonly string[]): MappedRights {
  const all = groups.flatMap((group) => (Object.hasOwn(map, group) ? (map[group] ?? []) : []))
  return {
    roles: Role.options.filter((role) => all.some(({ roles }) => roles.includes(role))),
    groups: [...new Set(all.flatMap((rights) => rights.groups))].sort(),
  }
}
