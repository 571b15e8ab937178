import { generateSigningKey } from '@/lib/credentials/keys'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { insertFirstSigningKeys, listSigningKeys, type StoredSigningKey } from '@/lib/data/signing-keys'
import type { Act } from '@/lib/domain/act'
import { done } from '@/lib/domain/result'
import type { Secrets } from '@/lib/domain/secrets'
import { keyCreated } from '@/lib/domain/signing-key'

/** Makes the first signing keys of an installation, one active and one next. Later starts find them. */
export async function ensureSigningKeys(
  secret: Secrets,
  act: Act = { via: 'setup' },
): Promise<StoredSigningKey[]> {
  const stored = await listSigningKeys()
  if (stored.length > 0) return stored
  const states = ['active', 'next'] as const
  const keys = await Promise.all(
    states.map(async (state) => ({ ...(await generateSigningKey(secret)), state })),
  )
  const events = keys.map(({ kid, state }) => keyCreated(kid, state))
  const now = await databaseNow()
  const made = await commit(act, done(keys, ...events), (tx) => insertFirstSigningKeys(tx, keys, now))
  return made.ok ? made.value : listSigningKeys()
}
