import type { SetupLink } from '@/lib/domain/setup-link'
import { database } from './database'

/** The link that was printed last, or null when none ever was. */
export async function findSetupLink(): Promise<SetupLink | null> {
  return database().setupLink.findUnique({ where: { id: 1 } })
}

const ACTIVE = { role: 'administrator', person: { disabled: null } } as const

/** Whether anybody can administer this installation. */
export const hasAdministrator = async (): Promise<boolean> =>
  (await database().roleHolding.count({ where: ACTIVE })) > 0
