import type { CredentialId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'

/** Takes a credential back, once. */
export async function revokeCredentialRow(tx: Tx, id: CredentialId, revoked: Date): Promise<void> {
  expectOne(await tx.credential.updateMany({ where: { id, revoked: null }, data: { revoked } }))
}
