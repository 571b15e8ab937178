import type { AgentId, CredentialId, GrantId, MandateId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'

export const insertAgentMandate = async (
  tx: Tx,
  mandate: { id: MandateId; grantId: GrantId; toAgent: AgentId; issued: Date; expires: Date },
): Promise<void> => {
  await tx.mandate.create({ data: mandate })
}

/** Takes a credential back, once. */
export async function revokeCredentialRow(tx: Tx, id: CredentialId, revoked: Date): Promise<void> {
  expectOne(await tx.credential.updateMany({ where: { id, revoked: null }, data: { revoked } }))
}
