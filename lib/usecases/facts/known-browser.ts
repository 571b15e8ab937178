import { findPasswordByEmail } from '@/lib/data/passwords'
import type { Mark } from '@/lib/domain/throttle'

/**
 * The browser of a mark that is good: made with the password in use. Only who signed in here has a mark for an address,
 * so the look-up tells nobody anything.
 */
export async function browserOf(email: string, mark: Mark | undefined): Promise<string | undefined> {
  if (!mark) return undefined
  const holder = await findPasswordByEmail(email)
  return holder?.changed.getTime() === mark.passwordChanged ? mark.browser : undefined
}
