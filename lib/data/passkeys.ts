import { z } from 'zod'
import { PersonId } from '@/lib/domain/ids'
import type { Passkey } from '@/lib/domain/passkey'
import { database, pool } from './database'

// A counter has 64 bits in the database, which come as text.
const Row = z.object({
  credentialId: z.string(),
  personId: PersonId,
  name: z.string(),
  publicKey: z.string(),
  counter: z.coerce.number(),
  transports: z.string().array(),
  added: z.date(),
  lastUsed: z.date().nullable(),
}) satisfies z.ZodType<Passkey>

const OF_PERSON = `select credential_id as "credentialId", person_id as "personId", name, public_key as "publicKey",
    counter, transports, added, last_used as "lastUsed"
  from passkey where person_id = $1 order by added, credential_id`

/** A person's passkeys, oldest first. */
export async function listPasskeys(personId: PersonId): Promise<Passkey[]> {
  return Row.array().parse((await pool().query(OF_PERSON, [personId])).rows)
}

/** What a passkey of this person has to answer that is still to be registered. */
export const findPasskeyChallenge = (personId: PersonId) =>
  database().passkeyChallenge.findUnique({ where: { personId }, select: { challenge: true, expires: true } })

/** Whether anybody has registered this credential. */
export const isPasskey = async (credentialId: string): Promise<boolean> =>
  (await database().passkey.count({ where: { credentialId } })) > 0
