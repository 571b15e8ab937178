import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newSecret } from '@/lib/data/new-id'
import { hasAdministrator } from '@/lib/data/setup-link'
import { replaceSetupLink } from '@/lib/data/write-setup-link'
import { done, type Result } from '@/lib/domain/result'
import { SETUP_SECONDS } from '@/lib/domain/setup-link'
import { setupHash } from '@/lib/usecases/facts/setup-right'

/**
 * A one-time link for the first administrator, only while there is no administrator. The secret is returned once, to
 * be printed, and takes the place of the one before. Null when somebody administers this installation already.
 */
export async function makeSetupLink(): Promise<Result<{ secret: string | null }>> {
  if (await hasAdministrator()) return { ok: true, value: { secret: null } }
  const secret = newSecret()
  const expires = new Date((await databaseNow()).getTime() + SETUP_SECONDS * 1000)
  const outcome = done({ secret }, {
    type: 'setup.link_made',
    outcome: 'done',
    data: { expires: expires.toISOString() },
  } as const)
  return commit({ via: 'setup' }, outcome, (tx) => replaceSetupLink(tx, { hash: setupHash(secret), expires }))
}
