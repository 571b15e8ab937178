import type { PersonId } from '@/lib/domain/ids'
import type { GoodCode } from '@/lib/domain/second-factor'
import { expectOne, type Tx } from './commit'
import { endSignInsOf } from './write-sign-ins'

/** Keeps a secret that is being set up. What is in use stays in use until the new one has shown a code. */
export async function replacePendingFactor(tx: Tx, personId: PersonId, pending: string): Promise<void> {
  await tx.secondFactor.upsert({
    where: { personId },
    create: { personId, pending },
    update: { pending },
  })
}

/** Puts the secret that was set up into use, sealed as given, with recovery codes of its own, over the one that was shown. */
export async function confirmFactor(
  tx: Tx,
  personId: PersonId,
  pending: string,
  made: { sealed: string; confirmed: Date; lastStep: number; recoveryHashes: readonly string[] },
): Promise<void> {
  const { recoveryHashes, ...rest } = made
  const data = { ...rest, pending: null }
  expectOne(await tx.secondFactor.updateMany({ where: { personId, pending }, data }))
  await tx.recoveryCode.deleteMany({ where: { personId } })
  await tx.recoveryCode.createMany({ data: recoveryHashes.map((hash) => ({ personId, hash })) })
}

/**
 * Takes every second factor and passkey of a person away, and ends their sign-ins. The step that was used last stays
 * used. What a passkey signed stays signed.
 */
export async function clearFactors(tx: Tx, personId: PersonId, now: Date): Promise<void> {
  const data = { sealed: null, confirmed: null, pending: null }
  await tx.secondFactor.updateMany({ where: { personId }, data })
  await tx.recoveryCode.deleteMany({ where: { personId } })
  await tx.passkey.deleteMany({ where: { personId } })
  await tx.passkeyChallenge.deleteMany({ where: { personId } })
  await tx.signingNonce.updateMany({ where: { personId, used: null }, data: { used: now } })
  await endSignInsOf(tx, { personId }, now)
}

// Uses a time step up: whoever presents its code second finds it used, on every replica.
async function spendStep(tx: Tx, personId: PersonId, step: number): Promise<void> {
  expectOne(
    await tx.secondFactor.updateMany({
      where: { personId, lastStep: { lt: step } },
      data: { lastStep: step },
    }),
  )
}

async function spendRecoveryCode(
  tx: Tx,
  { personId, hash, used }: { personId: PersonId; hash: string; used: Date },
): Promise<void> {
  expectOne(await tx.recoveryCode.updateMany({ where: { personId, hash, used: null }, data: { used } }))
}

/** Spends a code. Of two that present the same, the second fails. */
export const spendCode = (tx: Tx, personId: PersonId, code: GoodCode, used: Date): Promise<void> =>
  code.kind === 'app'
    ? spendStep(tx, personId, code.step)
    : spendRecoveryCode(tx, { personId, hash: code.hash, used })
