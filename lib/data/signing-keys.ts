import { z } from 'zod'
import { ChangedMeanwhile, type Tx } from './commit'
import { pool } from './database'

const KeyState = z.enum(['active', 'next', 'old'])
export type KeyState = z.infer<typeof KeyState>

const PublicHalf = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
})

/** A stored signing key, the private part only sealed. */
export const SigningKeyRow = z.object({
  kid: z.string(),
  state: KeyState,
  publicJwk: PublicHalf,
  privateSealed: z.string(),
})
export type StoredSigningKey = z.infer<typeof SigningKeyRow>

const SELECT = `select kid, state, public_jwk as "publicJwk", sealed as "privateSealed"
  from signing_key order by state, created, kid`

/** Every key that is published: the active one, the next one, and old ones whose signatures may still be about. */
export async function listSigningKeys(): Promise<StoredSigningKey[]> {
  const { rows } = await pool().query(SELECT)
  return SigningKeyRow.array().parse(rows)
}

/** The key that signs now. Throws without one: nothing can be issued then. */
export async function findActiveSigningKey(): Promise<StoredSigningKey> {
  const active = (await listSigningKeys()).find(({ state }) => state === 'active')
  if (!active) throw new Error('There is no active signing key. The authority makes one when it starts.')
  return active
}

/** The first keys of an installation. Whoever comes second finds the keys of the first. */
export async function insertFirstSigningKeys(
  tx: Tx,
  keys: readonly StoredSigningKey[],
  created: Date,
): Promise<void> {
  // The head is locked by every writer, so two processes that start at once stand in a row here.
  await tx.$queryRaw`select id from trail_head where id = 1 for update`
  if ((await tx.signingKey.count()) > 0) throw new ChangedMeanwhile()
  await tx.signingKey.createMany({
    data: keys.map(({ kid, state, publicJwk, privateSealed }) => {
      return { kid, state, publicJwk, sealed: privateSealed, created }
    }),
  })
}
