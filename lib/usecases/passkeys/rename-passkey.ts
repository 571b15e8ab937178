import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { listPasskeys } from '@/lib/data/passkeys'
import { renamePasskeyRow } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { PasskeyName, passkeyEvent } from '@/lib/domain/passkey'
import { done, type Result, refusal } from '@/lib/domain/result'

export const RenamePasskey = z.object({ credentialId: z.string().max(2_048), name: PasskeyName })
export type RenamePasskey = z.infer<typeof RenamePasskey>

/** Gives one's own passkey another name. */
export async function renamePasskey(
  actor: Actor,
  act: Act,
  { credentialId, name }: RenamePasskey,
): Promise<Result<{ name: string }>> {
  const passkeys = await listPasskeys(actor.personId)
  const passkey = passkeys.find((one) => one.credentialId === credentialId)
  if (!passkey) return refusal('not_found')
  if (passkey.name === name) return refusal('nothing_to_change')
  const event = passkeyEvent('passkey.renamed', actor, { credentialId, name, left: passkeys.length })
  return commit(act, done({ name }, event), (tx) => renamePasskeyRow(tx, passkey, name))
}
