import { z } from 'zod'
import { type KeyMove, type KeyPlan, KeyState, type KeyTimes } from '@/lib/domain/signing-key'
import { ChangedMeanwhile, expectOne, type Tx } from './commit'
import { pool } from './database'

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
  from signing_key where state <> 'ended' order by state, created, kid`

/** Every key that is published: the active one, the next one, and old ones whose signatures may still be about. */
export async function listSigningKeys(): Promise<StoredSigningKey[]> {
  const { rows } = await pool().query(SELECT)
  return SigningKeyRow.array().parse(rows)
}

const TimesRow = z.object({
  kid: z.string(),
  state: KeyState,
  created: z.date(),
  activated: z.date().nullable(),
  retired: z.date().nullable(),
  signedUntil: z.date().nullable(),
})

const TIMES = `select kid, state, created, activated, retired, signed_until as "signedUntil"
  from signing_key where state <> 'ended'
  order by array_position(array['active', 'next', 'old'], state), created desc, kid`

/** The published keys by their public names: the one that signs, the next one, and old ones. Private parts are not read. */
export async function listKeyTimes(): Promise<KeyTimes[]> {
  const { rows } = await pool().query(TIMES)
  return TimesRow.array().parse(rows)
}

/** The key that signs now. Throws without one: nothing can be issued then. */
export async function findActiveSigningKey(): Promise<StoredSigningKey> {
  const active = (await listSigningKeys()).find(({ state }) => state === 'active')
  if (!active) throw new Error('There is no active signing key. The authority makes one when it starts.')
  return active
}

const rowOf = ({ kid, state, publicJwk, privateSealed }: StoredSigningKey, created: Date) => ({
  ...{ kid, state, publicJwk, sealed: privateSealed, created },
  ...(state === 'active' ? { activated: created } : {}),
})

/** The first keys of an installation. Whoever comes second finds the keys of the first. */
export async function insertFirstSigningKeys(
  tx: Tx,
  keys: readonly StoredSigningKey[],
  created: Date,
): Promise<void> {
  // The head is locked by every writer, so two processes that start at once stand in a row here.
  await tx.$queryRaw`select id from trail_head where id = 1 for update`
  if ((await tx.signingKey.count()) > 0) throw new ChangedMeanwhile()
  await tx.signingKey.createMany({ data: keys.map((key) => rowOf(key, created)) })
}

const timesOf = ({ to, from }: KeyMove, now: Date) => {
  if (to === 'active') return { activated: now }
  if (to === 'old') return { retired: now }
  return { ended: now, ...(from === 'active' ? { retired: now } : {}) }
}

/** Writes what becomes of the keys over the states that were read. There is one that signs and one next, or nothing is written. */
export async function writeKeyPlan(
  tx: Tx,
  { moves, makesNext }: KeyPlan,
  { made, now }: { made: StoredSigningKey; now: Date },
): Promise<void> {
  for (const move of moves) {
    const { kid, from, to } = move
    const data = { state: to, ...timesOf(move, now) }
    expectOne(await tx.signingKey.updateMany({ where: { kid, state: from }, data }))
  }
  if (makesNext) await tx.signingKey.create({ data: rowOf(made, now) })
}

/** Remembers until when a mandate lasts with the key that signed it. A key that was ended meanwhile signs nothing. */
export async function noteSigned(tx: Tx, kid: string, until: Date): Promise<void> {
  const noted =
    await tx.$executeRaw`update signing_key set signed_until = greatest(signed_until, ${until}::timestamptz)
    where kid = ${kid} and state in ('active', 'old')`
  expectOne(noted)
}
