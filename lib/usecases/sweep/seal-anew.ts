import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { listSealedRows, replaceSealed } from '@/lib/data/sealed-rows'
import { done } from '@/lib/domain/result'
import type { Settings } from '@/lib/domain/settings'
import { sealedAnew } from '../facts/sealed'

const SECONDS_BETWEEN = 10
const AT_ONCE = 500

/**
 * While a former secret is given, by whichever authority asks first: what it sealed at rest is sealed under the one in
 * use, row by row. Whoever reads a row meanwhile opens it either way. Returns how much, and null when it was not its turn.
 */
export async function sealAnew({
  secret,
  secretOld,
}: Pick<Settings, 'secret' | 'secretOld'>): Promise<number | null> {
  if (secretOld === null || !(await isDueOnceIn('sealed anew', SECONDS_BETWEEN))) return null
  let count = 0
  for (const row of await listSealedRows()) {
    const anew = count < AT_ONCE ? sealedAnew(row, secret, secretOld) : null
    if (anew === null) continue
    await commit({ via: 'sweeper' }, done(null), (tx) => replaceSealed(tx, row, anew))
    count += 1
  }
  return count
}
