import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { listPasskeys } from '@/lib/data/passkeys'
import { deletePasskey } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { passkeyEvent, passkeyRefused } from '@/lib/domain/passkey'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'

export const RemovePasskey = z.object({ credentialId: z.string().max(2_048) })
export type RemovePasskey = z.infer<typeof RemovePasskey>

/** Removes one's own passkey, after a fresh sign-in. What it has signed stays signed. */
export async function removePasskey(
  actor: Actor,
  act: Act,
  { credentialId }: RemovePasskey,
): Promise<Result<{ left: number }>> {
  const [passkeys, now] = await Promise.all([listPasskeys(actor.personId), databaseNow()])
  const passkey = passkeys.find((one) => one.credentialId === credentialId)
  if (!passkey) return refusal('not_found')
  if (!isFresh(actor.signedInAt, now))
    return commit(act, refused('not_fresh', passkeyRefused(actor, 'not_fresh')))
  const left = passkeys.length - 1
  const event = passkeyEvent('passkey.removed', actor, { credentialId, name: passkey.name, left })
  return commit(act, done({ left }, event), (tx) => deletePasskey(tx, passkey))
}
