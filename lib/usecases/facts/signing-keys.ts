import { generateSigningKey } from '@/lib/credentials/keys'
import { databaseNow } from '@/lib/data/clock'
import { listKeyTimes, type StoredSigningKey } from '@/lib/data/signing-keys'
import type { KeyTimes } from '@/lib/domain/signing-key'
import { settings } from './settings'

/** The keys as they are, and one that may become the next. */
export type KeyFacts = { keys: readonly KeyTimes[]; made: StoredSigningKey; now: Date }

export async function keyFacts(secret = settings().secret): Promise<KeyFacts> {
  const [keys, made, now] = await Promise.all([listKeyTimes(), generateSigningKey(secret), databaseNow()])
  return { keys, made: { ...made, state: 'next' }, now }
}
