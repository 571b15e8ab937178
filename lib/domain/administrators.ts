import type { PersonId } from './ids'

/** Who holds the role Administrator in a tenant, the disabled ones too. */
export type Administrators = readonly { personId: PersonId; disabled: Date | null }[]

/** For so long after an administrator was disabled, the others do not count as alone. */
export const COOLING_SECONDS = 72 * 60 * 60

export const activeAdministrators = (administrators: Administrators): PersonId[] =>
  administrators.filter(({ disabled }) => disabled === null).map(({ personId }) => personId)

/**
 * When the cooling ends, or null when nothing is cooling. Disabling is one person's step, so without it one of two
 * administrators could disable the other, be alone, and decide everything by themselves.
 */
export function coolingUntil(administrators: Administrators, now: Date): Date | null {
  const last = Math.max(...administrators.map(({ disabled }) => disabled?.getTime() ?? 0), 0)
  const until = last + COOLING_SECONDS * 1000
  return last > 0 && until > now.getTime() ? new Date(until) : null
}

/** Whether this person is the only administrator who can act. */
export const isLastAdministrator = (administrators: Administrators, person: PersonId): boolean => {
  const active = activeAdministrators(administrators)
  return active.length === 1 && active[0] === person
}

/** Whether this person has nobody else to ask, so that one step has to do. It is marked so in the trail. */
export const isAlone = (administrators: Administrators, by: PersonId, now: Date): boolean =>
  isLastAdministrator(administrators, by) && coolingUntil(administrators, now) === null
