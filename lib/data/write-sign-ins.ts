import type { PersonId, SignInId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'
import { pool } from './database'
import type { SignInRecord } from './people'

export const insertSignIn = async (tx: Tx, signIn: SignInRecord): Promise<void> => {
  await tx.signIn.create({ data: signIn })
}

/** Ends a sign-in that has not ended: the cookie that carries it is worth nothing from then on. */
export const endSignInRow = async (tx: Tx, id: SignInRecord['id'], ended: Date): Promise<void> => {
  expectOne(await tx.signIn.updateMany({ where: { id, ended: null }, data: { ended } }))
}

/** Ends the sign-ins of a person that still work, whoever uses them: all, or all but the one in use. Says how many. */
export const endSignInsOf = async (
  tx: Tx,
  { personId, but }: { personId: PersonId; but?: SignInId },
  ended: Date,
): Promise<number> => {
  const live = { personId, ended: null, expires: { gt: ended }, idleEnds: { gt: ended } }
  const where = { ...live, ...(but ? { id: { not: but } } : {}) }
  return (await tx.signIn.updateMany({ where, data: { ended } })).count
}

/**
 * Moves the idle end of a sign-in that is in use. No act and no event: one statement that changes nothing when the
 * sign-in has ended meanwhile, by the database clock.
 */
export async function moveIdleEnd(id: SignInId, idleSeconds: number): Promise<void> {
  await pool().query(
    `update sign_in set idle_ends = clock_timestamp() + make_interval(secs => $2)
     where id = $1 and ended is null and idle_ends > clock_timestamp()`,
    [id, idleSeconds],
  )
}
