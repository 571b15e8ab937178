import { CredentialId, type GrantId } from '@/lib/domain/ids'
import type { CredentialRecord } from '@/lib/domain/request-record'
import { database } from './database'

/** Credentials issued under a grant, newest first, with how their resource server checks them. */
export async function listGrantCredentials(grantId: GrantId): Promise<CredentialRecord[]> {
  const rows = await database().credential.findMany({
    where: { grantId },
    orderBy: { issued: 'desc' },
    take: 200,
  })
  const servers = await database().resourceServer.findMany({
    where: { id: { in: rows.map(({ serverId }) => serverId) } },
  })
  return rows.map((row) => {
    const server = servers.find(({ id }) => id === row.serverId)
    return {
      ...row,
      id: CredentialId.parse(row.id),
      serverName: server?.name ?? row.serverId,
      serverIdentifier: server?.identifier ?? '',
      check: server?.check === 'offline' ? 'offline' : 'introspection',
    }
  })
}
