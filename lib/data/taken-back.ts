import { noteFault } from './availability'
import { pool } from './database'

const MOST = 4096
const known = new Set<string>()

/** Whether this credential was seen to be taken back. None is ever given again, so that it needs no second look. */
export const isKnownTakenBack = (id: string): boolean => known.has(id)

/** Which of these credentials are taken back, or are none. */
export async function listTakenBack(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = pool().query<{ id: string }>(
    'select id from credential where id = any($1::text[]) and revoked is null',
    [ids],
  )
  const { rows } = await asked.catch((fault: unknown) => {
    noteFault(fault)
    throw fault
  })
  const live = new Set(rows.map(({ id }) => id))
  const takenBack = new Set(ids.filter((id) => !live.has(id)))
  if (known.size + takenBack.size > MOST) known.clear()
  for (const id of takenBack) known.add(id)
  return takenBack
}
