import type { PersonId, SignInId } from '@/lib/domain/ids'
import { pool } from './database'

// The address and the browser's own description, both known. One office behind one address with one browser looks like
// this too: it is a mark for who reads, never a refusal.
const ALIKE = `select exists (
  select 1 from sign_in mine join sign_in theirs
    on theirs.address = mine.address and theirs.user_agent = mine.user_agent
  where mine.id = $1 and theirs.person_id = $2 and theirs.started > mine.started - interval '1 day') as alike`

/** Whether this sign-in comes from where that person signed in within a day: as far as can be seen, the same device. */
export async function isSameDevice(signInId: SignInId, personId: PersonId): Promise<boolean> {
  const { rows } = await pool().query<{ alike: boolean }>(ALIKE, [signInId, personId])
  return rows[0]?.alike === true
}
