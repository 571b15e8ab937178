import { pool } from '@/lib/data/database'
import { newClientSecret } from '@/lib/identity/client-secret'

/**
 * Gives a resource server a client secret beside its key, which no administrator can: here both ways are measured on one
 * server and its tokens. Answers the header that proves it (client_secret_basic).
 */
export async function basicHeader(identifier: string): Promise<string> {
  const { secret, secretHash } = newClientSecret()
  await pool().query(
    'update resource_server set secret_hash = $1, secret_made = now() where identifier = $2',
    [secretHash, identifier],
  )
  const credentials = `${encodeURIComponent(identifier)}:${encodeURIComponent(secret)}`
  return `authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
}
