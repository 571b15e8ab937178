import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findPasswordByEmail } from '@/lib/data/passwords'
import { listAdministrators } from '@/lib/data/person-states'
import { replaceReset } from '@/lib/data/write-links'
import { isLastAdministrator } from '@/lib/domain/administrators'
import { LINK_SECONDS } from '@/lib/domain/password'
import { done, type Result, refusal } from '@/lib/domain/result'
import { newLinkSecret } from '@/lib/identity/link-secret'
import { settings } from '../facts/settings'

const NOT_ALONE = 'There is another administrator. They reset the second factor in Settings.'
const NOBODY = 'No administrator signs in with this address and a password.'

/**
 * A one-time link for the only administrator who has lost their second factor: with it they choose a password and begin
 * without one. Whoever may run this on the server holds the database and its secret anyway. The secret is returned
 * once, to be printed.
 */
export async function makeRecoveryLink(email: string): Promise<Result<{ secret: string }>> {
  if (!settings().passwords) return refusal('passwords_off')
  const holder = await findPasswordByEmail(email)
  if (!holder?.roles.includes('administrator')) return refusal('not_found', { says: NOBODY })
  const { personId, tenantId } = holder
  if (!isLastAdministrator(await listAdministrators(tenantId), personId))
    return refusal('not_allowed', { says: NOT_ALONE })
  const created = await databaseNow()
  const expires = new Date(created.getTime() + LINK_SECONDS.recovery * 1000)
  const { secret, hash } = newLinkSecret()
  const event = {
    type: 'second_factor.link_made',
    outcome: 'done',
    tenantId,
    humanId: personId,
    data: { expires: expires.toISOString() },
  } as const
  return commit({ via: 'setup' }, done({ secret }, event), (tx) =>
    replaceReset(tx, { hash, email, personId, created, expires }, 'recovery'),
  )
}
