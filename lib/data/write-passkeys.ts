import type { PersonId } from '@/lib/domain/ids'
import type { Passkey, PasskeyProof } from '@/lib/domain/passkey'
import { expectOne, type Tx } from './commit'

type Challenge = { personId: PersonId; challenge: string; expires: Date }

/** Keeps what a new passkey has to answer. What was asked before is asked no more. */
export async function replacePasskeyChallenge(tx: Tx, { personId, ...asked }: Challenge): Promise<void> {
  await tx.passkeyChallenge.upsert({ where: { personId }, create: { personId, ...asked }, update: asked })
}

/** Spends a challenge that is good `now`. Of two answers the second finds nothing. */
export async function spendPasskeyChallenge(
  tx: Tx,
  { personId, challenge }: Pick<Challenge, 'personId' | 'challenge'>,
  now: Date,
): Promise<void> {
  expectOne(await tx.passkeyChallenge.deleteMany({ where: { personId, challenge, expires: { gt: now } } }))
}

export const insertPasskey = async (tx: Tx, { transports, ...passkey }: Passkey): Promise<void> => {
  await tx.passkey.create({ data: { ...passkey, transports: [...transports] } })
}

export async function renamePasskeyRow(
  tx: Tx,
  { credentialId, personId, name: before }: Passkey,
  name: string,
): Promise<void> {
  expectOne(await tx.passkey.updateMany({ where: { credentialId, personId, name: before }, data: { name } }))
}

export async function deletePasskey(tx: Tx, { credentialId, personId }: Passkey): Promise<void> {
  expectOne(await tx.passkey.deleteMany({ where: { credentialId, personId } }))
}

const COUNT = `update passkey set counter = $4, last_used = $5
  where credential_id = $1 and person_id = $2 and counter = $3 returning credential_id`

/**
 * Moves the counter of a passkey that signed, over the one that was read. Of two signatures that were read beside the
 * same counter the second writes nothing, and so does one whose passkey was removed meanwhile.
 */
export async function countPasskey(
  tx: Tx,
  { credentialId, personId, counter: before }: Pick<Passkey, 'credentialId' | 'personId' | 'counter'>,
  { counter, used }: { counter: number; used: Date },
): Promise<void> {
  expectOne((await tx.run(COUNT, credentialId, personId, before, counter, used)).length)
}

/** Moves the counter of the passkey that signed, when one did. */
export async function spendPasskeyProof(tx: Tx, proof: PasskeyProof | null, used: Date): Promise<void> {
  if (proof) await countPasskey(tx, proof.passkey, { counter: proof.counter, used })
}
