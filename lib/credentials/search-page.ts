import type { Secrets } from '@/lib/domain/secrets'
import { seal, unsealWithAny } from './seal'
import { subkey, subkeys } from './subkey'

/**
 * Where a search goes on (AuthZEN 1.0 §8): the last candidate that was looked at, encrypted. `question` is associated
 * data: who asks and what, so that it is of use to nobody else and for nothing else. Every replica opens it.
 */
export const sealPlace = (secret: Secrets, last: string, question: string): string =>
  seal(Buffer.from(last), subkey(secret, 'search-page'), question)

/** The candidate, or null for another caller, another question or a single changed bit. */
export const openPlace = (secret: Secrets, token: string, question: string): string | null =>
  unsealWithAny(token, subkeys(secret, 'search-page'), question)?.toString() ?? null
