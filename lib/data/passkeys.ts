import type { Prisma } from '@/generated/prisma/client'
import { PersonId } from '@/lib/domain/ids'
import type { Passkey } from '@/lib/domain/passkey'
import { database } from './database'

const passkeyOfRow = (row: Prisma.PasskeyGetPayload<object>): Passkey => ({
  ...row,
  personId: PersonId.parse(row.personId),
  counter: Number(row.counter),
})

/** A person's passkeys, oldest first. */
export async function listPasskeys(personId: PersonId): Promise<Passkey[]> {
  const rows = await database().passkey.findMany({
    where: { personId },
    orderBy: [{ added: 'asc' }, { credentialId: 'asc' }],
  })
  return rows.map(passkeyOfRow)
}

/** What a passkey of this person has to answer that is still to be registered. */
export const findPasskeyChallenge = (personId: PersonId) =>
  database().passkeyChallenge.findUnique({ where: { personId }, select: { challenge: true, expires: true } })

/** Whether anybody has registered this credential. */
export const isPasskey = async (credentialId: string): Promise<boolean> =>
  (await database().passkey.count({ where: { credentialId } })) > 0
